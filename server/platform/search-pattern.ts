/** The `ILIKE` pattern for "contains this text", with `%`, `_` and the escape taken as they are. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
