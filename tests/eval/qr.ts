/**
 * Reads a picture of every kind of trouble that `tests/support/qr-pictures` makes: `npm run eval:qr [-- seed]`. Prints
 * what is not read, what was slow, and the shares; fails below 95 %.
 */
import { PictureProcesses } from '../../ml/picture/picture-reader.ts';
import { listQrCases, type QrCase } from '../support/qr-pictures/cases.ts';

const LEAST_SHARE = 0.95;
const cases = listQrCases(Number(process.argv[2] ?? 1));
const reader = new PictureProcesses();
const groups = new Map<string, { read: number; all: number }>();
const times: number[] = [];

async function isRead({ texts, make }: QrCase): Promise<boolean> {
  const bytes = await make();
  const begin = performance.now();
  const codes = await reader.read(bytes).then(
    ({ codes }) => codes,
    () => [],
  );
  times.push(performance.now() - begin);
  return texts.every((text) => codes.some((code) => code.text === text));
}

for (const picture of cases) {
  const group = groups.get(picture.group) ?? { read: 0, all: 0 };
  groups.set(picture.group, group);
  group.all++;
  if (await isRead(picture)) group.read++;
  else console.log(`not read: ${picture.group}: ${picture.name}`);
}
await reader.close();

const read = [...groups.values()].reduce((sum, group) => sum + group.read, 0);
for (const [name, group] of groups) console.log(`${name}: ${group.read} of ${group.all}`);
times.sort((a, b) => a - b);
const [median, longest] = [times[times.length >> 1]!, times.at(-1)!].map(Math.round);
console.log(`all: ${read} of ${cases.length}; ${median} ms at the median, ${longest} ms at most`);
if (read < cases.length * LEAST_SHARE) process.exitCode = 1;
