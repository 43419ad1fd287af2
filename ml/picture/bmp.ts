import { decode } from 'bmp-ts';
import { DamagedPictureError, LargePictureError, MAX_PIXELS } from './frames.ts';
import type { Rgba } from './gray.ts';

/** A BMP with its pixels opaque. Throws DamagedPictureError, LargePictureError. */
export function decodeBmp(bytes: Uint8Array): Rgba {
  const file = Buffer.from(bytes);
  // The decoder believes the size that the file states.
  if (file.length < 26) throw new DamagedPictureError();
  const size = Math.abs(file.readInt32LE(18)) * Math.abs(file.readInt32LE(22));
  if (size > MAX_PIXELS) throw new LargePictureError();
  try {
    const { width, height, data } = decode(file, { toRGBA: true });
    if (data.length !== width * height * 4) throw new DamagedPictureError();
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    return { width, height, data };
  } catch {
    throw new DamagedPictureError();
  }
}
