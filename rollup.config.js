import { dts } from 'rollup-plugin-dts';
import { documentTypes } from './clients/typescript/document-types.js';

// The build is made in a folder of its own (`bin/build.js`).
const { appRouter } = await import(`${process.env.BUILD}/routers/index.js`);

const HIDDEN_IMPORT = /^import \* as (\w+) from '\.[^']*\/(?:context|procedures)\.ts';\n/gm;

/**
 * The router's type names the server's context and metadata. No client sees those, and they would bring along the
 * tables and the models; in the client's declarations they are `object`.
 */
const hideServerTypes = {
  name: 'hide-server-types',
  resolveId: (source) => (/\/(context|procedures)\.ts$/.test(source) ? { id: source, external: true } : null),
  renderChunk(code) {
    const names = [...code.matchAll(HIDDEN_IMPORT)].map(([, name]) => name);
    const visible = code
      .replace(HIDDEN_IMPORT, '')
      .replace(new RegExp(`\\b(?:${names.join('|')})\\.\\w+`, 'g'), 'object');
    const left = /(?:from|import\() ?['"](\.[^'"]*)/.exec(visible);
    if (left) this.error(`the client's declarations still need ${left[1]}`);
    return visible;
  },
};

const documented = { name: 'document-types', renderChunk: (code) => documentTypes(code, appRouter) };

/** The client's declarations in one file, with nothing of the server in it. */
export default {
  input: 'clients/typescript/client.ts',
  output: { format: 'es' },
  external: (id) => !/^[./]/.test(id),
  // Types are checked by `npm run check`.
  plugins: [hideServerTypes, dts({ compilerOptions: { noCheck: true, noEmitOnError: false } }), documented],
};
