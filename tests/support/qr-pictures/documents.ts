/** Bytes that no library at hand writes: text in old character sets, PDF, BMP. */
import sharp from 'sharp';

/** Text in a character set of two bytes, found by decoding every pair. */
export function encodeLegacy(text: string, charset: 'euc-kr' | 'shift_jis'): Buffer {
  const decoder = new TextDecoder(charset);
  const bytes = new Map<string, number[]>();
  for (let low = 0x40; low < 0xff; low++)
    for (let high = 0xfe; high > 0x80; high--) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if ([...character].length === 1) bytes.set(character, [high, low]);
    }
  return Buffer.from(
    [...text].flatMap((character) =>
      character < '\x80' ? [character.charCodeAt(0)] : bytes.get(character)!,
    ),
  );
}

/** A PDF of A4 pages with one picture each (a JPEG), or a page without one (null). */
export async function makePdf(pages: readonly (Uint8Array | null)[]): Promise<Buffer> {
  const objects: Buffer[] = [];
  const add = (head: string, stream?: Uint8Array): number => {
    const body = stream
      ? Buffer.concat([
          Buffer.from(`${head.replace('>>', `/Length ${stream.length}>>`)}\nstream\n`),
          stream,
          Buffer.from('\nendstream'),
        ])
      : Buffer.from(head);
    return objects.push(body);
  };
  add('<</Type/Catalog/Pages 2 0 R>>');
  add('');
  const kids: string[] = [];
  for (const page of pages) {
    let resources = '<<>>';
    let drawing = '1 0 0 RG 100 100 300 20 re S';
    if (page !== null) {
      const { data, info } = await sharp(page)
        .flatten({ background: '#fff' })
        .toColourspace('srgb')
        .jpeg({ quality: 90 })
        .toBuffer({ resolveWithObject: true });
      const size = `/Width ${info.width}/Height ${info.height}`;
      const image = add(
        `<</Type/XObject/Subtype/Image${size}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode>>`,
        data,
      );
      resources = `<</XObject<</I ${image} 0 R>>>>`;
      drawing = 'q 120 0 0 120 400 60 cm /I Do Q';
    }
    const contents = add('<<>>', Buffer.from(drawing));
    kids.push(
      `${add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources${resources}/Contents ${contents} 0 R>>`)} 0 R`,
    );
  }
  objects[1] = Buffer.from(`<</Type/Pages/Kids[${kids.join(' ')}]/Count ${kids.length}>>`);
  return toPdfFile(objects);
}

function toPdfFile(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  for (const [at, object] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(length);
    length += part.length;
    parts.push(part);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  const trailer = `trailer<</Size ${count}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`)]);
}

/** A BMP of 24 bits a pixel, bottom row first. */
export async function makeBmp(picture: Uint8Array): Promise<Buffer> {
  const { data, info } = await sharp(picture)
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const row = Math.ceil((info.width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + row * info.height);
  file.write('BM');
  for (const [at, value] of [
    [2, file.length],
    [10, 54],
    [14, 40],
    [18, info.width],
    [22, info.height],
    [34, row * info.height],
  ] as const)
    file.writeUInt32LE(value, at);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < info.height; y++)
    for (let x = 0; x < info.width; x++)
      for (let channel = 0; channel < 3; channel++)
        file[54 + (info.height - 1 - y) * row + x * 3 + channel] =
          data[(y * info.width + x) * 3 + 2 - channel]!;
  return file;
}

/** Frames of one size as an animation. */
export async function animate(frames: readonly Uint8Array[], format: 'gif' | 'webp'): Promise<Buffer> {
  return sharp(
    frames.map((frame) => Buffer.from(frame)),
    { join: { animated: true } },
  )
    .toFormat(format)
    .toBuffer();
}
