import { z } from 'zod';

/**
 * An input that comes as multipart/form-data: the object REST has read from the form, or, on tRPC, the FormData
 * itself. It is documented as the object.
 */
export function formInput<S extends z.ZodObject>(shape: S) {
  return z.preprocess(
    (value) => (value instanceof FormData ? Object.fromEntries(value) : value),
    shape,
  ) as unknown as z.ZodType<z.output<S>, FormData>;
}
