import { expect, onTestFinished, test } from 'vitest';
import { startClassifier } from '../../ml/url/classify.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { testApp } from '../support/app.ts';
import { listCodeBlocks, readDocument } from './documents.ts';

test.each([
  ['README.md', 'en'],
  ['README.ko.md', 'ko'],
])('the answer that %s shows is the one that the product gives', async (file, language) => {
  const [shown = ''] = listCodeBlocks(readDocument(file), 'json');
  const classifier = await startClassifier({ modelDir: resolveInPackage('ml/url/model') });
  onTestFinished(() => classifier.close());
  const { body } = await testApp({ classifier })
    .client()
    .post('/scan/analyze', { url: 'http://secure-naver-login.tk' }, { 'accept-language': language });
  expect(body).toMatchObject(JSON.parse(shown));
});
