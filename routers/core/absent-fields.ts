import type {
  TRPCCreateRouterOptions,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { z } from 'zod';
import { limitIssues } from './limit-issues.ts';

/** The input of a procedure as its callers write it: nothing at all when no field is required. */
type CallerInput<Input> = Record<never, never> extends Input ? Input | undefined : Input;

type CallerDef<Def extends { input: unknown; output: unknown; meta: unknown }> = {
  input: CallerInput<Def['input']>;
  output: Def['output'];
  meta: Def['meta'];
};

/** The procedures of a router, of which those without required fields take no input. */
export type WithAbsentFields<Procedures extends TRPCCreateRouterOptions> = {
  [Name in keyof Procedures]: Procedures[Name] extends TRPCQueryProcedure<infer Def>
    ? TRPCQueryProcedure<CallerDef<Def>>
    : Procedures[Name] extends TRPCMutationProcedure<infer Def>
      ? TRPCMutationProcedure<CallerDef<Def>>
      : Procedures[Name] extends TRPCSubscriptionProcedure<infer Def>
        ? TRPCSubscriptionProcedure<CallerDef<Def>>
        : Procedures[Name];
};

type Normalize = (value: unknown) => unknown;
interface InputMiddleware {
  (options: { getRawInput(): Promise<unknown> }): unknown;
  _type?: string;
}
interface ProcedureDef {
  procedure?: true;
  inputs: z.ZodType[];
  middlewares: InputMiddleware[];
}

/**
 * Has every procedure take what is absent in three ways: a field left out, a field that is null, and an input left
 * out. Schemas stay as they are, so that the OpenAPI document does not change. It is done once, when a router is built.
 */
export function acceptAbsentFields<Procedures extends TRPCCreateRouterOptions>(
  procedures: Procedures,
): WithAbsentFields<Procedures> {
  for (const procedure of Object.values(procedures)) {
    const { _def } = procedure as { _def?: ProcedureDef };
    if (_def?.procedure) acceptAbsentInput(_def);
  }
  return procedures as WithAbsentFields<Procedures>;
}

function acceptAbsentInput(def: ProcedureDef): void {
  const [schema] = def.inputs;
  if (!schema) return;
  limitIssues(schema);
  const normalize = createNormalizer(schema) ?? ((value: unknown) => value);
  const isObject = toInnerDef(schema).type === 'object';
  def.middlewares = def.middlewares.map((middleware) => {
    if (middleware._type !== 'input') return middleware;
    const parseInput: InputMiddleware = (options) => {
      const read = options.getRawInput;
      options.getRawInput = async () => {
        const input = await read();
        return normalize(input === undefined && isObject ? {} : input);
      };
      return middleware(options);
    };
    return Object.assign(parseInput, { _type: 'input' });
  });
}

/** What drops the null fields of a schema's values that may be left out; null when a schema has no such field. */
function createNormalizer(schema: z.ZodType): Normalize | null {
  const { type, shape, element, valueType } = toInnerDef(schema);
  if (type === 'object' && shape) return createObjectNormalizer(shape);
  if (type === 'array' && element) {
    const normalize = createNormalizer(element);
    return normalize && ((value) => (Array.isArray(value) ? value.map(normalize) : value));
  }
  if (type === 'record' && valueType) {
    const normalize = createNormalizer(valueType);
    if (!normalize) return null;
    return (value) =>
      isPlainObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, normalize(entry)]))
        : value;
  }
  return null;
}

function createObjectNormalizer(shape: Record<string, z.ZodType>): Normalize | null {
  const fields = Object.entries(shape).flatMap(([name, field]) => {
    const optional = accepts(field, undefined) && !accepts(field, null);
    const normalize = createNormalizer(field);
    return optional || normalize ? [{ name, optional, normalize }] : [];
  });
  if (fields.length === 0) return null;
  return (value) => {
    if (!isPlainObject(value)) return value;
    let result = value;
    for (const { name, optional, normalize } of fields) {
      if (!Object.hasOwn(value, name)) continue;
      const oldValue = value[name];
      const newValue = optional && oldValue === null ? undefined : normalize ? normalize(oldValue) : oldValue;
      if (newValue === oldValue) continue;
      if (result === value) result = { ...value };
      if (newValue === undefined) delete result[name];
      else result[name] = newValue;
    }
    return result;
  };
}

function accepts(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

interface InnerDef {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
}

/** The schema below optional, default, pipe and the like. */
function toInnerDef(schema: z.ZodType): InnerDef {
  const def = schema._zod.def as unknown as InnerDef;
  if (def.innerType) return toInnerDef(def.innerType);
  if (def.type !== 'pipe' || !def.in || !def.out) return def;
  return toInnerDef((def.in._zod.def as unknown as InnerDef).type === 'transform' ? def.out : def.in);
}
