import { hash, randomBytes, randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { closeDatabase, openDatabase } from '../../db/index.ts';
import { startClassifier } from '../../ml/url/classify.ts';
import { resolveInPackage } from '../../server/process/env.ts';

/**
 * What the product is measured against: a Hono handler that sends the product's SQL as plain prepared statements, asks
 * the same model, and does nothing else. No schemas, no canonical form, no reasons, no headers, no log.
 */
const { PORT = '0', DATA_DIR = '' } = process.env;
const DAY_MS = 24 * 3_600_000;
const sha256 = (text: string, form: 'hex' | 'base64url') => hash('sha256', text, form);

const db = openDatabase({ file: `${DATA_DIR}/flashscan.db`, migrations: resolveInPackage('drizzle') });
const classifier = await startClassifier({ modelDir: resolveInPackage('ml/url/model') });
const { model_version } = classifier.info;
const sqlite = db.$client;

const ping = sqlite.prepare('SELECT 1');
const sessionOf = sqlite.prepare(
  `SELECT s.id, s.principal_id, s.expires_at, s.last_used_at, s.user_agent, s.address, p.kind, p.guest_id,
     u.user_id, u.role, u.locked_at, t.language
   FROM sessions s JOIN principals p ON p.id = s.principal_id LEFT JOIN users u ON u.id = p.id
     LEFT JOIN settings t ON t.principal_id = p.id
   WHERE s.token_hash = ?`,
);
const someListed = sqlite.prepare('SELECT value FROM url_lists');
const cached = sqlite.prepare('SELECT * FROM url_analysis_cache WHERE url_hash = ? AND model_version = ?');
const intoCache = sqlite.prepare(
  `INSERT INTO url_analysis_cache (url_hash, model_version, url, analysis_result, confidence, risk_score, risk_level,
     risks, cached_at, expires_at)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET analysis_result = excluded.analysis_result, confidence = excluded.confidence,
     risk_score = excluded.risk_score, risk_level = excluded.risk_level, risks = excluded.risks,
     cached_at = excluded.cached_at, expires_at = excluded.expires_at`,
);
const intoHistory = sqlite.prepare(
  `INSERT INTO scan_history (principal_id, url, url_hash, analysis_result, confidence, scanned_at)
   VALUES (?, ?, ?, ?, ?, ?)`,
);
const intoDays = sqlite.prepare(
  `INSERT INTO scan_days (day, model_version, scans, cached, dangerous, judged, risk_sum) VALUES (?, ?, 1, ?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET scans = scans + 1, cached = cached + excluded.cached,
     dangerous = dangerous + excluded.dangerous, judged = judged + excluded.judged,
     risk_sum = risk_sum + excluded.risk_sum`,
);
const intoEvents = sqlite.prepare(
  "INSERT INTO events (type, principal_id, payload, created_at) VALUES ('scan.dangerous', ?, ?, ?)",
);

interface Row {
  analysis_result: 'safe' | 'dangerous';
  confidence: number;
  risk_score: number;
  risk_level: string;
  risks: string;
  expires_at: number;
}

async function verdictOf(url: string): Promise<Omit<Row, 'expires_at'>> {
  const risk = (await classifier.classify([url]))[0]?.risk ?? 0;
  const dangerous = risk >= 0.5;
  const confidence = dangerous ? risk : 1 - risk;
  const risk_level = dangerous ? 'high' : 'low';
  return {
    analysis_result: dangerous ? 'dangerous' : 'safe',
    confidence,
    risk_score: risk,
    risk_level,
    risks: JSON.stringify([risk]),
  };
}

const app = new Hono();
app.get('/health', (c) => {
  ping.get();
  return c.json({ status: 'ok' });
});
app.post('/scan/analyze', async (c) => {
  const token = /(?:^|; )session=([^;]+)/.exec(c.req.header('cookie') ?? '')?.[1] ?? '';
  const session = sessionOf.get(sha256(token, 'base64url')) as { principal_id: number } | undefined;
  if (!session) return c.json({ status: 'error' }, 401);
  const { url } = await c.req.json<{ url: string }>();
  const url_hash = sha256(url, 'hex');
  someListed.get();
  const now = Date.now();
  const day = new Date(now).toISOString().slice(0, 10);
  const history = ({ analysis_result, confidence, risk_score }: Omit<Row, 'expires_at'>, cached: 0 | 1) => {
    const dangerous = Number(analysis_result === 'dangerous');
    intoDays.run(day, model_version, cached, dangerous, 1 - cached, cached ? 0 : risk_score);
    intoHistory.run(session.principal_id, url, url_hash, analysis_result, confidence, now);
  };
  const row = cached.get(url_hash, model_version) as Row | undefined;
  if (row && row.expires_at > now) {
    sqlite.transaction(() => history(row, 1)).immediate();
    return c.json({ status: 'success', data: { ...row, cached: true } });
  }
  const found = await verdictOf(url);
  sqlite
    .transaction(() => {
      const { analysis_result, confidence, risk_score, risk_level, risks } = found;
      const verdict = [analysis_result, confidence, risk_score, risk_level, risks];
      intoCache.run(url_hash, model_version, url, ...verdict, now, now + DAY_MS);
      history(found, 0);
      if (analysis_result === 'dangerous')
        intoEvents.run(session.principal_id, JSON.stringify({ url_hash }), now);
    })
    .immediate();
  return c.json({ status: 'success', data: { ...found, cached: false } });
});

const token = randomBytes(20).toString('hex');
const now = Date.now();
const { lastInsertRowid } = sqlite
  .prepare("INSERT INTO principals (kind, guest_id, created_at) VALUES ('guest', ?, ?)")
  .run(randomUUID(), now);
sqlite
  .prepare(
    'INSERT INTO sessions (token_hash, principal_id, expires_at, created_at, last_used_at) VALUES (?, ?, ?, ?, ?)',
  )
  .run(sha256(token, 'base64url'), lastInsertRowid, now + DAY_MS, now, now);

// Whoever measures needs to be the guest that is known here.
app.get('/cookie', (c) => c.text(`session=${token}`));
const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
process.on('SIGTERM', async () => {
  server.close();
  await classifier.close();
  closeDatabase(db);
  process.exit(0);
});
