import { dts } from 'rollup-plugin-dts';

const UNSEEN = /^import \* as (\w+) from '\.[^']*\/(?:context|procedures)\.ts';\n/gm;

/**
 * The router's type also says who serves a call and how REST serves it. No client sees that, and it would bring along
 * the tables and the models; so there it is just `object`.
 */
const unseen = {
  name: 'unseen',
  resolveId: (source) => (/\/(context|procedures)\.ts$/.test(source) ? { id: source, external: true } : null),
  renderChunk(code) {
    const names = [...code.matchAll(UNSEEN)].map(([, name]) => name);
    const seen = code
      .replace(UNSEEN, '')
      .replace(new RegExp(`\\b(?:${names.join('|')})\\.\\w+`, 'g'), 'object');
    const left = /(?:from|import\() ?['"](\.[^'"]*)/.exec(seen);
    if (left) this.error(`the client's declarations still need ${left[1]}`);
    return seen;
  },
};

/** The client's declarations in one file, with nothing of the server in it: `dist/clients/typescript/client.d.ts`. */
export default {
  input: 'clients/typescript/client.ts',
  output: { file: 'dist/clients/typescript/client.d.ts', format: 'es' },
  external: (id) => !/^[./]/.test(id),
  // `check` has found the mistakes there are; here only the types are wanted.
  plugins: [unseen, dts({ compilerOptions: { noCheck: true, noEmitOnError: false } })],
};
