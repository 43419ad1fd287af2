import type { Db } from '../../../db/index.ts';
import type { Clock, Random } from '../context.ts';
import type { PushSenders } from '../push-senders.ts';

/** The fields of every event of a job, as they are after the event. */
export interface JobEvent {
  job_id: number;
  project_id: number;
  job_type: string;
  status: string;
  agent_id: string | null;
  attempt: number;
}

/** Everything that can happen, and what is told of it. */
export interface EventPayloads {
  'guest.became_user': { guest_principal_id: number };
  'user.registered': { user_id: string };
  'user.logged_in': { session_id: number };
  'scan.dangerous': {
    url_hash: string;
    /** null when no link decided */
    host: string | null;
    risk_score: number;
    kind: 'url' | 'qr' | 'message';
    verdict: 'dangerous';
  };
  'scan.reported': { url_hash: string; verdict: 'safe' | 'dangerous' };
  /** principal: who reported the verdict */
  'report.decided': {
    feedback_id: number;
    host: string;
    verdict: 'safe' | 'dangerous';
    outcome: 'confirmed' | 'rejected';
    answer: string | null;
  };
  'project.registered': { project_id: number; name: string };
  'repository.scanned': { project_id: number; scan_id: number; files: number; total_loc: number };
  'issues.reported': { project_id: number; analyzer: string; created: number; resolved: number };
  'readme.saved': { project_id: number; version: string };
  'commit.stored': {
    project_id: number;
    commit_id: number;
    commit_hash: string;
    author_email: string;
    /** whether a Git server has confirmed the commit */
    is_verified: boolean;
  };
  'diff.dangerous': {
    project_id: number;
    commit_hash: string;
    /** how many there are; `links` are the first 20 */
    total: number;
    links: { url: string; host: string; file: string; line: number; risk_score: number }[];
  };
  'repository.pushed': { project_id: number; ref: string; commits: number; after: string | null };
  /** something outside: what it said of itself, and whether it named whose it is */
  broadcast: {
    event_type: string;
    payload: Record<string, unknown>;
    timestamp: string | null;
    addressed: boolean;
  };
  'job.queued': JobEvent;
  'job.assigned': JobEvent & { lease_expires_at: number };
  'job.started': JobEvent & { lease_expires_at: number };
  'job.progress': JobEvent & { percent_complete: number; log_message: string | null };
  'job.completed': JobEvent & { summary: string | null };
  'job.failed': JobEvent & { error_message: string | null };
  'job.cancelled': JobEvent;
  'job.requeued': JobEvent & { available_at: number };
  /** principal: the learner; `score` is 0 to 100 */
  'quiz.finished': {
    session_id: number;
    pool_id: number;
    pool_title: LocalizedTitles;
    mode: 'practice' | 'timed';
    score: number;
    correct: number;
    total: number;
    /** whether the product published the questions */
    is_published: boolean;
  };
  /** principal: null when it is for everyone, else the owner of the pool */
  'quiz.published': { pool_id: number; title: LocalizedTitles; question_count: number };
  'badge.earned': { code: string; name: LocalizedTitles; rarity: string };
  'level.reached': { level: number; total_xp: number };
  'reward.redeemed': {
    redemption_id: number;
    reward_id: string;
    name: LocalizedTitles;
    quantity: number;
    points_spent: number;
  };
  'task.assigned': { task_id: number; task_type: string; title: string; due_at: number | null };
  'task.due': { task_id: number; task_type: string; title: string; due_at: number };
  'task.completed': { task_id: number; task_type: string; title: string };
  'device.signed_in': { client_id: string };
  /** what decides who gets into an account: `reset` is its password, by an administrator */
  'account.changed': { change: 'email' | 'password' | 'identity' | 'reset' | 'role' };
  'notification.created': { notification_id: number; type: string };
}

/**
 * Events that are handled and not stored: they are so frequent that a row each would cost too much. No stream has
 * them.
 */
export interface TransientPayloads {
  /** principal: the user who scanned */
  'scans.recorded': { scans: number; any_dangerous: boolean };
}

/** A name in both languages: who reads it later chooses. */
export interface LocalizedTitles {
  ko: string;
  en: string;
}

export type EventType = keyof EventPayloads;

/** An event as its handlers get it: its row, and the payload of its type. */
export type StoredEvent<T extends EventType = EventType> = {
  [K in T]: {
    id: number;
    type: K;
    principal_id: number | null;
    payload: EventPayloads[K];
    created_at: number;
  };
}[T];

/** What an event handler works with. It runs in the transaction of the event. */
export interface EventContext {
  db: Db;
  clock: Clock;
  random: Random;
  push: PushSenders;
  emit: Emit;
  /** where the product is: days begin there for who set no other */
  time_zone: string;
}

/** A transient event as its emitter makes it and its handlers get it. */
export type TransientEvent<T extends keyof TransientPayloads = keyof TransientPayloads> = {
  [K in T]: { type: K; principal_id: number; payload: TransientPayloads[K] };
}[T];

export type NewEvent = {
  [T in EventType]: { type: T; principal_id: number | null; payload: EventPayloads[T] };
}[EventType];

/**
 * Writes one row and runs its handlers in the current transaction. Returns the row's id; 0 for a transient event, which
 * has no row.
 */
export type Emit = (event: NewEvent | TransientEvent) => number;
