/** Pictures of codes in trouble, the same ones for the same seed. */
import { CHARACTER_SET, FORMAT, LONG, MICRO, SEVERAL, SIZE, SYMBOLOGY } from './files.ts';
import { createRandom, encode, type Picture, type Random } from './picture.ts';
import { PRINT, SCREEN } from './prints.ts';
import { ANGLE, FOCUS, LIGHT } from './surfaces.ts';

/** Draws a code that holds the text: a file, or a picture that becomes a PNG. */
export type Maker = (text: string, random: Random) => Promise<Picture | Buffer>;

export interface QrCase {
  group: string;
  name: string;
  /** what its codes hold */
  texts: string[];
  make(): Promise<Buffer>;
}

const SINGLE = { LIGHT, ANGLE, FOCUS, PRINT, SCREEN, FORMAT, SIZE, SYMBOLOGY };

async function toFile(drawn: Picture | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(drawn) ? drawn : encode(drawn).png({ compressionLevel: 3 }).toBuffer();
}

/** All kinds of trouble with codes of their own for the seed. */
export function listQrCases(seed = 1): QrCase[] {
  const cases: QrCase[] = [];
  const add = (
    group: string,
    name: string,
    texts: string[],
    make: (random: Random) => Promise<Picture | Buffer>,
  ) => {
    const random = createRandom(seed * 1000 + cases.length);
    cases.push({ group: group.toLowerCase(), name, texts, make: async () => toFile(await make(random)) });
  };
  const toText = (): string => `https://example.com/${seed}/${cases.length}/menu`;
  for (const [group, makers] of Object.entries(SINGLE))
    for (const [name, make] of Object.entries(makers)) {
      const text = toText();
      add(group, name, [group === 'SIZE' ? (LONG[name]?.(text) ?? text) : text], (random) =>
        make(text, random),
      );
    }
  add('symbology', 'Micro QR', [`${seed}2345`], () => MICRO(`${seed}2345`));
  for (const [name, { text, make }] of Object.entries(CHARACTER_SET))
    add('character set', name, [text], (random) => make(text, random));
  for (const [name, { count, make }] of Object.entries(SEVERAL)) {
    const texts = Array.from({ length: count }, (_, at) => `${toText()}/${at}`);
    add('several', name, texts, (random) => make(texts, random));
  }
  return cases;
}
