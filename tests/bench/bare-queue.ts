import type { Database } from 'better-sqlite3';

/**
 * A queue's claim and completion written by hand, with the statements the verbs run and nothing around them: what
 * SQLite itself can do. Returns one pair.
 */
export function bareLoop(db: Database, user_id: number): () => void {
  const agent = db.prepare('select * from agents where user_id = ? and agent_id = ?');
  const lapsed = db.prepare(
    'select * from jobs where lease_expires_at is not null and lease_expires_at <= ? order by lease_expires_at limit 200',
  );
  const take = db.prepare(`update jobs set status = 'assigned', attempts = attempts + 1, agent_id = ?,
      heartbeat_seconds = null, lease_expires_at = ?, assigned_at = ?
    where id in (select q.id from jobs q where q.user_id = ? and q.status = 'pending' and q.available_at <= ?
      and (q.required_capabilities = '[]' or not exists (
        select 1 from json_each(q.required_capabilities) needed
        where needed.value not in (select value from json_each(?))))
      order by q.priority desc, q.id limit ?) returning *`);
  const project = db.prepare('select id, name, local_path, remote_url from projects where id = ?');
  const job = db.prepare('select * from jobs where id = ?');
  const complete = db.prepare(`update jobs set status = ?, lease_expires_at = null, percent_complete = ?,
    summary = ?, final_result_url = null, error_message = null, completed_at = ? where id = ?`);
  const event = db.prepare(
    'insert into events (type, principal_id, payload, created_at) values (?, ?, ?, ?)',
  );
  const told = (row: Row, status: string) =>
    JSON.stringify({ job_id: row.id, status, agent_id: 'a', attempt: 1 });

  const claim = db.transaction(() => {
    const now = Date.now();
    const row = take.get('a', now + 60_000, now, user_id, now, '[]', 1) as Row;
    event.run('job.assigned', user_id, told(row, 'assigned'), now);
    project.get(row.project_id);
    JSON.parse(row.payload);
    return row.id;
  });
  const finish = db.transaction((id: number) => {
    const now = Date.now();
    const row = job.get(id) as Row;
    complete.run('success', 100, 'done', now, id);
    event.run('job.completed', user_id, told(row, 'success'), now);
  });
  return () => {
    agent.get(user_id, 'a');
    lapsed.all(Date.now());
    const id = claim.immediate();
    agent.get(user_id, 'a');
    lapsed.all(Date.now());
    finish.immediate(id);
  };
}

interface Row {
  id: number;
  project_id: number;
  payload: string;
}
