const SECTION = /^diff --(?:cc|combined) (.+)$/;
const HUNK = /^(@{3,})((?: -\d+(?:,\d+)?){2,16}) (\+\d+(?:,\d+)?) @{3,}/;
const NEXT_SECTION = /^diff --git /;

/**
 * A diff in which the combined diffs of merges (git-diff, "combined diff format") are unified ones against the first
 * parent. Other text stays as it is.
 */
export function toUnifiedDiff(content: string): string {
  if (!/^diff --(?:cc|combined) /m.test(content)) return content;
  const lines: string[] = [];
  let isCombined = false;
  let parents = 0;
  for (const line of content.split('\n')) {
    const path = SECTION.exec(line)?.[1]?.replace(/\r$/, '');
    if (path !== undefined || NEXT_SECTION.test(line)) {
      isCombined = path !== undefined;
      parents = 0;
      lines.push(path === undefined ? line : `diff --git a/${path} b/${path}`);
      continue;
    }
    const hunk = isCombined ? HUNK.exec(line) : null;
    if (hunk) {
      parents = (hunk[1] as string).length - 1;
      lines.push(`@@ ${hunk[2]?.trim().split(' ')[0]} ${hunk[3]} @@`);
    } else if (parents === 0) lines.push(line);
    else lines.push(...toFirstParentLine(line, parents));
  }
  return lines.join('\n');
}

/** A line of a hunk as the first parent sees it; none when it was in another parent alone. */
function toFirstParentLine(line: string, parents: number): string[] {
  if (line === '' || line.startsWith('\\')) return [line];
  const signs = line.slice(0, parents);
  const text = line.slice(parents);
  if (signs.startsWith('+') || signs.startsWith('-')) return [signs.charAt(0) + text];
  return signs.includes('-') ? [] : [` ${text}`];
}
