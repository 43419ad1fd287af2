import { z } from 'zod';
import { FreeList } from '../../core/free-form.ts';

/** Bytes of an export, also once it is unpacked. */
export const MAX_EXPORT_BYTES = 8 * 1024 * 1024;

/** The JSON form of an export, for the document: spans that are not valid are rejected one by one. */
export const TraceExportInput = z
  .object({
    resourceSpans: FreeList.meta({
      description: 'Spans by resource and scope, as OpenTelemetry defines them (`ExportTraceServiceRequest`)',
      example: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  name: 'chat gpt-4o-mini',
                  startTimeUnixNano: '1761568496000000000',
                  endTimeUnixNano: '1761568497250000000',
                  attributes: [
                    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                    { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
                    { key: 'gen_ai.usage.input_tokens', value: { intValue: '1200' } },
                    { key: 'gen_ai.usage.output_tokens', value: { intValue: '400' } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
  })
  .meta({ id: 'OtlpTraceExport' });

export const TraceExportResult = z
  .object({
    partialSuccess: z
      .object({
        rejectedSpans: z.string().meta({ description: 'How many, as text', example: '1' }),
        errorMessage: z.string().meta({ example: 'a span has no valid traceId' }),
      })
      .optional()
      .meta({ description: 'Absent when every span was taken' }),
  })
  .meta({ id: 'OtlpTraceExportResult' });
