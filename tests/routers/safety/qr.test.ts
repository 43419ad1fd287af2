import QRCode from 'qrcode';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';

const code = (text: string) => QRCode.toBuffer(text, { scale: 6 });

function upload(client: TestClient, bytes: Uint8Array, path = '/scan/qr') {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(bytes)], 'code.png', { type: 'image/png' }));
  return client.post(path, form);
}

test('the URL in a picture of a QR code is read and judged', async () => {
  const client = testApp().client();
  for (const picture of [
    await code('https://example.com/menu'),
    await sharp(await code('https://example.com/menu'))
      .jpeg()
      .toBuffer(),
    await sharp(await code('https://example.com/menu'))
      .rotate(90)
      .webp()
      .toBuffer(),
    await sharp(await code('https://example.com/menu'))
      .negate({ alpha: false })
      .png()
      .toBuffer(),
  ]) {
    const { status, body } = await upload(client, picture);
    expect(status).toBe(200);
    expect(body.data.codes).toMatchObject([
      { text: 'https://example.com/menu', kind: 'url', analysis: { analysis_result: 'safe' } },
    ]);
  }
  expect((await client.get('/history')).body.data.total).toBe(4);
});

test('all codes of an image are read, and other contents than URLs have their kind', async () => {
  const client = testApp().client();
  const texts = ['http://evil.example/pay', 'WIFI:S:cafe;T:WPA;P:secret;;', 'tel:+82-2-118', '그냥 글'];
  const tiles = await Promise.all(texts.map(code));
  const picture = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: '#fff' } })
    .composite(
      tiles.map((input, i) => ({ input, left: (i % 2) * 500 + 20, top: Math.floor(i / 2) * 500 + 20 })),
    )
    .png()
    .toBuffer();
  const { body } = await upload(client, picture, '/api/v1/scan/qr');
  const kinds = Object.fromEntries(
    body.data.codes.map(({ text, kind, analysis }: { text: string; kind: string; analysis?: object }) => [
      text,
      [kind, analysis !== undefined],
    ]),
  );
  expect(kinds).toEqual({
    'http://evil.example/pay': ['url', true],
    'WIFI:S:cafe;T:WPA;P:secret;;': ['wifi', false],
    'tel:+82-2-118': ['tel', false],
    '그냥 글': ['text', false],
  });
});

test('a picture without a code is an empty list', async () => {
  const blank = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#aaa' } })
    .png()
    .toBuffer();
  const { status, body } = await upload(testApp().client(), blank);
  expect([status, body.data.codes]).toEqual([200, []]);
});

test('a file that is no image is a 415, a missing file a 400, a large one a 413', async () => {
  const client = testApp().client();
  for (const bytes of [
    Buffer.from('%PDF-1.7 not a picture'),
    Buffer.alloc(0),
    (await code('x')).subarray(0, 60),
  ]) {
    const { status, body } = await upload(client, bytes);
    expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  }
  const gif = await sharp(await code('x'))
    .gif()
    .toBuffer();
  expect((await upload(client, gif)).status).toBe(415);
  const missing = await client.post('/scan/qr', new FormData());
  expect([missing.status, missing.body.issues[0].path]).toEqual([400, 'file']);
  const text = new FormData();
  text.set('file', 'no file');
  expect((await client.post('/scan/qr', text)).body.code).toBe('INVALID_INPUT');
  expect((await upload(client, Buffer.alloc(11 * 1024 * 1024))).body.code).toBe('PAYLOAD_TOO_LARGE');
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
