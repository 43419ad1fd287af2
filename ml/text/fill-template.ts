/** A sentence with its placeholders: `{name}` is replaced by the value of that name, or removed when there is none. */
export function fillTemplate(template: string, values: Record<string, string | undefined>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
