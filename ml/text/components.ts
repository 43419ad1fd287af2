/** Strongly connected components (Tarjan, with an explicit stack): the component of each node that can be reached. */
export function splitComponents(
  size: number,
  next: (node: number) => number[],
  starts?: number[],
): (number | undefined)[] {
  const component: (number | undefined)[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const open = new Set<number>();
  let count = 0;
  for (const start of starts ?? Array.from({ length: size }, (_, i) => i)) {
    if (index.has(start)) continue;
    const calls: { node: number; rest: number[] }[] = [];
    const enter = (node: number): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      stack.push(node);
      open.add(node);
      calls.push({ node, rest: next(node) });
    };
    enter(start);
    while (calls.length > 0) {
      const { node, rest } = calls.at(-1)!;
      const child = rest.pop();
      if (child !== undefined) {
        if (!index.has(child)) enter(child);
        else if (open.has(child)) low.set(node, Math.min(low.get(node)!, index.get(child)!));
        continue;
      }
      calls.pop();
      const parent = calls.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        open.delete(member);
        component[member] = count;
        if (member === node) break;
      }
      count++;
    }
  }
  return component;
}
