import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import type { ProcedureMeta } from '../../routers/core/procedures.ts';
import { type HttpOperation, toOperation } from './handle.ts';

/** A procedure as language models call it. */
export interface McpTool {
  operation: HttpOperation;
  /** as `tools/list` shows it */
  description: Tool;
}

type JsonSchema = Tool['inputSchema'];

/** The procedures of a router that are tools, by the names of the tools. */
export function listTools(router: AnyTRPCRouter): Map<string, McpTool> {
  const procedures = Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>);
  const tools = procedures
    .filter(([, procedure]) => (procedure._def.meta as ProcedureMeta | undefined)?.isTool)
    .map(([name, procedure]) => toTool(name, procedure));
  return new Map(tools.map((tool) => [tool.description.name, tool]));
}

function toTool(name: string, procedure: AnyTRPCProcedure): McpTool {
  const operation = toOperation(name, procedure);
  const { summary = name, description = '', method } = operation.meta.openapi ?? {};
  const { inputs, output } = procedure._def as unknown as { inputs: z.ZodType[]; output: z.ZodType };
  return {
    operation,
    description: {
      name: toToolName(name),
      title: summary,
      description: description === '' ? summary : `${summary}. ${description}`,
      inputSchema: toJsonSchema(inputs[0] ?? z.object({}), 'input'),
      outputSchema: toJsonSchema(isList(output) ? z.object({ items: output }) : output, 'output'),
      annotations: {
        readOnlyHint: operation.type === 'query',
        destructiveHint: method === 'DELETE',
        openWorldHint: false,
      },
    },
  };
}

/** The output of a tool, which is an object; the few that answer a bare list have it in `items`. */
export function toStructuredContent(output: unknown): Record<string, unknown> {
  return Array.isArray(output) ? { items: output } : (output as Record<string, unknown>);
}

const isList = (schema: z.ZodType): boolean => schema instanceof z.ZodArray;

/** `scan.analyze` → `scan_analyze`: several models take no dot in a name. */
function toToolName(procedure: string): string {
  return procedure.replaceAll('.', '_');
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { example } = jsonSchema;
      delete jsonSchema.example;
      if (io === 'input' && example !== undefined) jsonSchema.examples = [example];
      // A later version may answer more.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return { ...json, type: 'object' } as JsonSchema;
}
