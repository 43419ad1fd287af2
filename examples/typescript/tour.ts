// The typed client in Node.js. In a project of your own: `import { createClient, isClientError } from 'flashscan-client'`.
import { createClient, isClientError } from '../../clients/typescript/client.ts';

const url = process.env.FLASHSCAN_URL ?? 'http://localhost:5000';
const client = createClient(url, { language: 'en' });

const { analysis_result, details } = await client.scan.analyze.mutate({
  url: 'http://secure-naver-login.tk',
});
console.log(
  analysis_result,
  details.reasons.map(({ text }) => text),
);

await new Promise<void>((resolve, reject) => {
  client.chatbot.askStream.subscribe(
    { message: 'What is quishing?' },
    {
      onData: (event) => {
        if ('text' in event) process.stdout.write(String(event.text));
      },
      onComplete: resolve,
      onError: reject,
    },
  );
});
console.log();

try {
  await client.scan.analyze.mutate({ url: '' });
} catch (error) {
  if (!isClientError(error)) throw error;
  console.log(error.data?.code, error.message, error.data?.issues);
}
