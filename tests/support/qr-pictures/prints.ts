/** Codes as printers, stickers, pages and screens make them. */
import type { Maker } from './cases.ts';
import {
  addNoise,
  type CodeStyle,
  compose,
  createPicture,
  createTexture,
  drawCode,
  drawCodeSvg,
  encode,
  light,
  type Picture,
  paint,
  transform,
} from './picture.ts';
import { layOn } from './surfaces.ts';

const styled =
  (style: CodeStyle): Maker =>
  (text) =>
    drawCode(text, style);
/** A code without quiet zone on a ground. */
const bare =
  (ground: readonly [number, number, number], style: CodeStyle = {}): Maker =>
  async (text) =>
    layOn(await drawCode(text, { ...style, quiet: 0 }), 60, ground);
/** The code on a ground, as an overlay with transparency. */
async function overlay(ground: Picture, svg: string): Promise<Picture> {
  return transform(ground, (image) => image.composite([{ input: Buffer.from(svg) }]));
}
const transparent =
  (dark: string): Maker =>
  async (text) => {
    const svg = drawCodeSvg(text, { dark, light: 'none' });
    return (await import('sharp')).default(Buffer.from(svg)).png().toBuffer();
  };
/** One step of ink over its edge (or short of it), by `grow` pixels. */
const inked =
  (grow: number, spread: 'darker' | 'lighter'): Maker =>
  async (text) => {
    const code = await drawCode(text);
    const blurred = await transform(code, (image) => image.blur(grow));
    return paint(blurred, (value) => (value > (spread === 'darker' ? 200 : 55) ? 255 : 0));
  };
const marked =
  (over: string, level: 'M' | 'Q' | 'H' = 'Q'): Maker =>
  (text) =>
    drawCode(text, { over, level });

export const PRINT: Record<string, Maker> = {
  'no quiet zone': styled({ quiet: 0 }),
  'no quiet zone on a dark page': bare([20, 20, 24]),
  'no quiet zone on a black page': bare([0, 0, 0]),
  'no quiet zone on a red page': bare([190, 30, 40]),
  'no quiet zone on grass': async (text, random) => {
    const code = await drawCode(text, { quiet: 0 });
    const ground = await createTexture(code.width + 160, random);
    return compose({ ...ground, ground: [0, 0, 0] }, [
      { picture: ground, left: 0, top: 0 },
      { picture: code, left: 80, top: 80 },
    ]);
  },
  'one module of quiet zone on blue': bare([10, 40, 140], { quiet: 1 }),
  'round modules': styled({ shape: 'dot' }),
  'rounded modules': styled({ shape: 'rounded' }),
  'modules apart': styled({ shape: 'gap', scale: 10 }),
  'modules as bars': styled({ shape: 'bar', scale: 10 }),
  'logo in the middle': marked(
    '<rect x="36" y="36" width="28" height="28" rx="5" fill="#fff"/><circle cx="50" cy="50" r="11" fill="#e33"/>',
    'H',
  ),
  'dark blue on yellow': styled({ dark: '#1a237e', light: '#ffeb3b' }),
  'orange on white': styled({ dark: '#ff9800' }),
  'yellow on white': styled({ dark: '#ffe600' }),
  'red on green': styled({ dark: '#c62828', light: '#66bb6a' }),
  'gradient in the modules': styled({
    dark: 'url(#g)',
    defs: '<linearGradient id="g" x1="0" x2="1" y2="1"><stop stop-color="#7b1fa2"/><stop offset="1" stop-color="#00acc1"/></linearGradient>',
  }),
  'white on black': styled({ dark: '#fff', light: '#000' }),
  'white on black, no quiet zone': bare([0, 0, 0], { dark: '#fff', light: '#000' }),
  'white on a dark photo': async (text, random) =>
    overlay(await createTexture(400, random, [10, 90]), drawCodeSvg(text, { dark: '#fff', light: 'none' })),
  'black on a light photo': async (text, random) =>
    overlay(await createTexture(400, random, [150, 255]), drawCodeSvg(text, { light: 'none' })),
  'white on transparency': transparent('#fff'),
  'black on transparency': transparent('#000'),
  'pale on transparency': transparent('#bbb'),
  'ink that spread': inked(2, 'darker'),
  'ink that is thin': inked(2, 'lighter'),
  'a printer with a bad nozzle': async (text) =>
    paint(await drawCode(text, { level: 'Q' }), (value, x) => (Math.floor(x * 320) % 23 === 0 ? 255 : value)),
  'faded thermal paper': async (text, random) => {
    const code = await drawCode(text);
    const fade = await createTexture(code.width, random, [90, 200]);
    return { ...code, data: code.data.map((value, at) => Math.max(value, fade.data[at]!)) };
  },
  scratched: marked('<path d="M0 20L100 60M10 90L95 15M0 75L100 80" stroke="#fff" stroke-width="2"/>'),
  'a stain over it': marked('<ellipse cx="62" cy="70" rx="12" ry="8" fill="#5d4037"/>', 'H'),
  'a stamp over it': marked(
    '<circle cx="50" cy="50" r="34" fill="none" stroke="#d32f2f" stroke-width="3" opacity=".8"/>',
    'Q',
  ),
  'a corner torn off': marked('<path d="M100 100V82L84 100z" fill="#fff"/>', 'H'),
  'on cardboard': async (text, random) => {
    const ground = await createTexture(400, random, [120, 160]);
    return addNoise(await overlay(ground, drawCodeSvg(text, { light: 'none', dark: '#3e2c1c' })), 8, random);
  },
};

export const SCREEN: Record<string, Maker> = {
  moire: async (text) =>
    light(await drawCode(text), (x, y) => 0.8 + 0.2 * Math.sin(x * 190) * Math.sin(y * 170)),
  'lines of a screen': async (text) =>
    light(await drawCode(text), (_x, y) => (Math.floor(y * 300) % 4 === 0 ? 0.3 : 1)),
  'pixels of a screen': async (text) =>
    paint(await drawCode(text, { scale: 9 }), (value, x, y, channel) => {
      const column = Math.floor(x * 297) % 3;
      return Math.floor(y * 297) % 4 === 3 ? value * 0.5 : column === channel ? value : value * 0.75;
    }),
  'page of a phone in the dark': async (text) => {
    const code = await drawCode(text, { scale: 12, dark: '#e8e8e8', light: '#121212' });
    return compose({ width: 1080, height: 2340, ground: [18, 18, 18] }, [
      { picture: code, left: 300, top: 900 },
    ]);
  },
  'page of a phone': async (text) => {
    const code = await drawCode(text, { scale: 12 });
    const button = createPicture(800, 120, [30, 110, 240]);
    return compose({ width: 1080, height: 2340, ground: [245, 245, 247] }, [
      { picture: code, left: 300, top: 700 },
      { picture: button, left: 140, top: 1800 },
    ]);
  },
  'small on a large screen': async (text) =>
    compose({ width: 3840, height: 2160, ground: [250, 250, 250] }, [
      { picture: await drawCode(text, { scale: 3 }), left: 3400, top: 1800 },
    ]),
  'enlarged by an odd factor': async (text) =>
    transform(await drawCode(text, { scale: 3 }), (image) =>
      image.resize(151, 151, { kernel: 'nearest', fit: 'fill' }),
    ),
  'reduced to two pixels a module': async (text) =>
    transform(await drawCode(text, { scale: 7 }), (image) => image.resize(74, 74)),
  'blocks of a video': async (text) =>
    encode(await drawCode(text, { scale: 5 }))
      .jpeg({ quality: 4 })
      .toBuffer(),
  'reflection on glass': async (text, random) => {
    const code = await drawCode(text);
    const room = await transform(await createTexture(code.width, random, [0, 150]), (image) =>
      image.blur(14),
    );
    return { ...code, data: code.data.map((value, at) => Math.min(255, value * 0.7 + room.data[at]! * 0.6)) };
  },
  'a webcam': async (text, random) => {
    const small = await transform(await drawCode(text), (image) => image.resize(110, 110).blur(0.8));
    return encode(addNoise(small, 12, random))
      .jpeg({ quality: 45 })
      .toBuffer();
  },
  'behind a play button': async (text) =>
    drawCode(text, {
      level: 'H',
      over: '<circle cx="50" cy="50" r="13" fill="#000" opacity=".75"/><path d="M46 43L58 50L46 57z" fill="#fff"/>',
    }),
};
