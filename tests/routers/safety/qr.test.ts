import QRCode from 'qrcode';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';
import { makePdf } from '../../support/qr-pictures/documents.ts';

const code = (text: string) => QRCode.toBuffer(text, { scale: 6 });

function upload(client: TestClient, bytes: Uint8Array, path = '/scan/qr') {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(bytes)], 'code.png', { type: 'image/png' }));
  return client.post(path, form);
}

/** Codes in rows of two on a white page. */
async function layOut(texts: readonly string[], columns = 2, cell = 500) {
  const tiles = await Promise.all(texts.map(code));
  const size = { width: columns * cell, height: Math.ceil(texts.length / columns) * cell };
  return sharp({ create: { ...size, channels: 3, background: '#fff' } })
    .composite(
      tiles.map((input, i) => ({
        input,
        left: (i % columns) * cell + 20,
        top: Math.floor(i / columns) * cell + 20,
      })),
    )
    .png()
    .toBuffer();
}

test('the URL in a picture of a QR code is read and judged', async () => {
  const client = testApp().client();
  const picture = sharp(await code('https://example.com/menu'));
  for (const bytes of [
    await picture.clone().png().toBuffer(),
    await picture.clone().jpeg().toBuffer(),
    await picture.clone().rotate(90).webp().toBuffer(),
    await picture.clone().negate({ alpha: false }).gif().toBuffer(),
  ]) {
    const { status, body } = await upload(client, bytes);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      codes: [{ text: 'https://example.com/menu', kind: 'url', analysis: { analysis_result: 'safe' } }],
      truncated: false,
      verdict: 'safe',
    });
  }
  expect((await client.get('/history')).body.data.total).toBe(4);
});

test('every code has what it holds, without secrets, and the picture has the worst verdict', async () => {
  const client = testApp().client();
  const picture = await layOut([
    'http://secure-naver-login.tk/a',
    'WIFI:S:cafe;T:WPA;P:secret;;',
    'tel:060-700-1234',
    '이벤트 당첨! https://example.com/',
  ]);
  const { body } = await upload(client, picture, '/api/v1/scan/qr');
  type Found = { text: string; kind: string; fields: object; verdict: string; links: { url: string }[] };
  const codes: Found[] = body.data.codes;
  const byKind = Object.fromEntries(codes.map((found) => [found.kind, found]));
  expect(byKind).toMatchObject({
    url: { verdict: 'dangerous', analysis: { analysis_result: 'dangerous' } },
    wifi: { fields: { ssid: 'cafe' } },
    tel: { verdict: 'caution' },
    text: { text: '이벤트 당첨! https://example.com/', verdict: 'safe' },
  });
  expect(byKind.text?.links).toMatchObject([{ url: 'https://example.com/' }]);
  expect(JSON.stringify(body)).not.toContain('secret;');
  expect(body.data.verdict).toBe('dangerous');
});

test('a code says where it is: corners in pixels of the upright picture, the page of a PDF in points', async () => {
  const client = testApp().client();
  const picture = await layOut(['a', 'b', 'c', 'd']);
  const { body } = await upload(
    client,
    await sharp(picture).withMetadata({ orientation: 3 }).png().toBuffer(),
  );
  expect(body.data.pages).toEqual([{ width: 1000, height: 1000 }]);
  const last = body.data.codes.find(({ text }: { text: string }) => text === 'd');
  // Turned by 180°, the code of the last quarter has its top left corner near the bottom right of the first.
  for (const value of Object.values(last.corners[0])) expect(value).toBeGreaterThan(330);
  for (const value of Object.values(last.corners[2])) expect(value).toBeLessThan(400);
  const pdf = await makePdf([null, await code('https://example.com/page')]);
  const document = await upload(client, pdf);
  expect(document.body.data).toMatchObject({
    codes: [{ text: 'https://example.com/page', page: 2 }],
    pages: [
      { width: 595, height: 842 },
      { width: 595, height: 842 },
    ],
  });
  const [{ x, y }] = document.body.data.codes[0].corners;
  expect([x > 400 && x < 450, y > 660 && y < 700]).toEqual([true, true]);
});

test('a hundred codes of a picture are answered, and more are told', async () => {
  const client = testApp().client();
  const texts = Array.from({ length: 110 }, (_, at) => `code ${at}`);
  const { body } = await upload(client, await layOut(texts, 11, 170));
  expect([body.data.codes.length, body.data.truncated]).toEqual([100, true]);
  const twenty = await upload(client, await layOut(texts.slice(0, 20), 5, 200));
  expect([twenty.body.data.codes.length, twenty.body.data.truncated]).toEqual([20, false]);
});

test('a picture without a code is an empty list without verdict', async () => {
  const blank = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#aaa' } })
    .png()
    .toBuffer();
  const { status, body } = await upload(testApp().client(), blank);
  expect([status, body.data.codes, body.data.verdict]).toEqual([200, [], null]);
});

test('what is no picture, damaged, too large or missing has its own error', async () => {
  const client = testApp().client();
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  const wide = sharp({ create: { width: 5000, height: 4100, channels: 3, background: '#fff' } });
  const png = await code('x');
  const cases: [Uint8Array, number, string][] = [
    [Buffer.from('hello'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [Buffer.alloc(0), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [Buffer.from('<html><body>no</body></html>'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [Buffer.from('%PDF-1.7 nothing'), 415, 'PICTURE_DAMAGED'],
    [heic, 415, 'HEIC_UNSUPPORTED'],
    [Buffer.from('\0\0\0\x18ftyphevc\0\0\0\0mif1hevc', 'latin1'), 415, 'HEIC_UNSUPPORTED'],
    [png.subarray(0, 60), 415, 'PICTURE_DAMAGED'],
    [png.subarray(0, png.length - 200), 415, 'PICTURE_DAMAGED'],
    [await wide.png().toBuffer(), 413, 'PICTURE_TOO_LARGE'],
    [Buffer.alloc(11 * 1024 * 1024), 413, 'PAYLOAD_TOO_LARGE'],
  ];
  for (const [bytes, status, reason] of cases) {
    const { status: actual, body } = await upload(client, bytes);
    expect([actual, body.code]).toEqual([status, reason]);
  }
  const missing = await client.post('/scan/qr', new FormData());
  expect([missing.status, missing.body.issues[0].path]).toEqual([400, 'file']);
  const text = new FormData();
  text.set('file', 'no file');
  expect((await client.post('/scan/qr', text)).body.code).toBe('INVALID_INPUT');
  const broken = await client.post('/scan/qr', 'not a form', {
    'content-type': 'multipart/form-data; boundary=x',
  });
  expect([broken.status, broken.body.code]).toEqual([400, 'INVALID_INPUT']);
});

test('the same picture is read over native tRPC', async () => {
  const client = testApp().client();
  const { body } = await upload(client, await code('https://example.com'), '/trpc/scan.qr');
  expect(body.result.data.codes).toMatchObject([{ kind: 'url', analysis: { url: 'https://example.com' } }]);
});
