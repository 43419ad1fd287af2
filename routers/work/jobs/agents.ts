import { and, asc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { agents, type Db, jobs, preparedStatements } from '../../../db/index.ts';
import {
  afterCursor,
  type BareListInput,
  linkToNextPage,
  type OrderKey,
  toOrder,
  toPage,
} from '../../core/cursor.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Agent } from './agent-schemas.ts';
import { expireLeases } from './lease.ts';

const OFFLINE_MS = 90_000;
/** Unchanged heartbeats are written this often, so that quick polling costs no writes. */
const WRITE_INTERVAL_MS = 5000;
/** How long a heartbeat reports that a job was cancelled. */
const CANCELLATION_REPORT_MS = 3_600_000;

export interface HeartbeatSource {
  agent_id: string;
  status?: string | null | undefined;
  agent_version?: string | null | undefined;
  capabilities?: string[] | null | undefined;
  /** null: it works on nothing */
  current_job_id?: string | null | undefined;
}

const statements = preparedStatements((db) => ({
  find: db
    .select()
    .from(agents)
    .where(
      and(eq(agents.user_id, sql.placeholder('user_id')), eq(agents.agent_id, sql.placeholder('agent_id'))),
    )
    .prepare(),
  touch: db
    .update(agents)
    .set({ last_seen_at: sql`${sql.placeholder('now')}` })
    .where(eq(agents.id, sql.placeholder('id')))
    .prepare(),
  jobs: db
    .select({ id: jobs.id, status: jobs.status, completed_at: jobs.completed_at })
    .from(jobs)
    .where(
      sql`status in ('assigned', 'running', 'cancelled') and ${jobs.user_id} = ${sql.placeholder('user_id')} and ${jobs.agent_id} = ${sql.placeholder('agent_id')}`,
    )
    .orderBy(asc(jobs.id))
    .prepare(),
}));

/** Records a heartbeat and what the agent reports about itself; fields that it omits stay as they are. */
export function recordHeartbeat(ctx: KeyContext, heartbeat: HeartbeatSource): void {
  const { principal_id: user_id } = ctx.caller;
  const { agent_id, status, agent_version, capabilities, current_job_id } = heartbeat;
  const now = ctx.clock.now();
  const fields = {
    status: status ?? undefined,
    agent_version: agent_version ?? undefined,
    capabilities: capabilities ?? undefined,
    current_job_id,
  };
  const changes = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const row = statements(ctx.db).find.get({ user_id, agent_id });
  if (!row) {
    ctx.db
      .insert(agents)
      .values({ user_id, agent_id, status: 'idle', ...changes, created_at: now, last_seen_at: now })
      .onConflictDoUpdate({
        target: [agents.user_id, agents.agent_id],
        set: { ...changes, last_seen_at: now },
      })
      .run();
  } else if (
    Object.entries(changes).some(([name, value]) => isDifferent(row[name as keyof typeof row], value))
  ) {
    ctx.db
      .update(agents)
      .set({ ...changes, last_seen_at: now })
      .where(eq(agents.id, row.id))
      .run();
  } else if (now - row.last_seen_at >= WRITE_INTERVAL_MS) {
    statements(ctx.db).touch.run({ id: row.id, now });
  }
}

function isDifferent(a: unknown, b: unknown): boolean {
  return typeof a === 'object' && a !== null ? JSON.stringify(a) !== JSON.stringify(b) : a !== b;
}

/** The jobs that an agent holds, and those cancelled within the last hour. */
export function listAgentJobs(
  db: Db,
  user_id: number,
  agent_id: string,
  now: number,
): { leased: number[]; cancelled: number[] } {
  const rows = statements(db).jobs.all({ user_id, agent_id });
  const cancelled = rows.filter(
    (row) => row.status === 'cancelled' && (row.completed_at ?? 0) > now - CANCELLATION_REPORT_MS,
  );
  return {
    leased: rows.filter((row) => row.status !== 'cancelled').map(({ id }) => id),
    cancelled: cancelled.map(({ id }) => id),
  };
}

const AGENT_ORDER: OrderKey[] = [
  [agents.last_seen_at, 'desc'],
  [agents.id, 'asc'],
];

/** The caller's agents, the last one seen first. */
export function listAgents(
  ctx: UserContext,
  { limit, cursor }: z.output<typeof BareListInput>,
): z.infer<typeof Agent>[] {
  expireLeases(ctx);
  const { principal_id } = ctx.caller;
  const now = ctx.clock.now();
  const found = ctx.db
    .select()
    .from(agents)
    .where(and(eq(agents.user_id, principal_id), afterCursor(cursor, AGENT_ORDER)))
    .orderBy(...toOrder(AGENT_ORDER))
    .limit(limit + 1)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.last_seen_at, row.id]);
  linkToNextPage(ctx, limit, next_cursor);
  return rows.map(({ id: _, user_id, ...row }) => ({
    ...row,
    status: now - row.last_seen_at > OFFLINE_MS ? 'offline' : row.status,
    jobs: listAgentJobs(ctx.db, user_id, row.agent_id, now).leased,
    last_seen_at: toIso(row.last_seen_at),
    created_at: toIso(row.created_at),
  }));
}
