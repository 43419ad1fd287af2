import type { Language } from '../../../ml/text/language.ts';
import type { EventPayloads } from '../../core/events/types.ts';
import { toIso } from '../../core/wire-types.ts';

type RenderedText = [title: string, body: string];

interface NotificationTemplate<EventPayload, Payload> {
  /** the payload that is stored, small enough for a list and a push; instants as on the wire */
  toPayload(event: EventPayload): Payload;
  ko(payload: Payload): RenderedText;
  en(payload: Payload): RenderedText;
}

/** Longer summaries and error messages are cut. */
const MAX_EXCERPT_CHARS = 200;
/** A broadcast's payload with more characters of JSON is left out. */
const MAX_PAYLOAD_CHARS = 4000;
const MAX_LINKS = 5;

/** The texts of feed items and notifications in Korean and English, by event type. Other types have neither. */
export const NOTIFICATION_TEMPLATES = {
  'quiz.published': template<'quiz.published'>()({
    toPayload: (quiz) => quiz,
    ko: (quiz) => [
      `새 퀴즈: ${quiz.title.ko}`,
      `${quiz.question_count}문제가 준비되어 있습니다. 지금 풀어 보세요.`,
    ],
    en: (quiz) => [
      `New quiz: ${quiz.title.en}`,
      quiz.question_count === 1
        ? '1 question is waiting for you.'
        : `${quiz.question_count} questions are waiting for you.`,
    ],
  }),
  'badge.earned': template<'badge.earned'>()({
    toPayload: (badge) => badge,
    ko: ({ name }) => [`배지 획득: ${name.ko}`, '새 배지를 받았습니다. 축하합니다!'],
    en: ({ name }) => [`Badge earned: ${name.en}`, 'You have a new badge. Congratulations!'],
  }),
  'level.reached': template<'level.reached'>()({
    toPayload: (reached) => reached,
    ko: ({ level, total_xp }) => [`레벨 ${level} 달성`, `지금까지 ${total_xp} XP를 모았습니다.`],
    en: ({ level, total_xp }) => [`Level ${level} reached`, `You have collected ${total_xp} XP so far.`],
  }),
  'job.completed': template<'job.completed'>()({
    // The summary of generated code is the code.
    toPayload: ({ job_id, project_id, job_type, status, summary }) => ({
      ...{ job_id, project_id, job_type, status },
      summary: job_type === 'code_generation' ? null : excerpt(summary),
    }),
    ko: ({ job_type, summary }) => [
      `작업 완료: ${toJobName(job_type, 'ko')}`,
      summary ?? '작업이 끝났습니다. 결과를 확인해 보세요.',
    ],
    en: ({ job_type, summary }) => [
      `Job done: ${toJobName(job_type, 'en')}`,
      summary ?? 'The job is finished. Have a look at its result.',
    ],
  }),
  'job.failed': template<'job.failed'>()({
    toPayload: ({ job_id, project_id, job_type, status, error_message }) => ({
      ...{ job_id, project_id, job_type, status },
      error_message: excerpt(error_message),
    }),
    ko: ({ job_type, error_message }) => [
      `작업 실패: ${toJobName(job_type, 'ko')}`,
      error_message ?? '작업이 실패했습니다. 작업 기록을 확인해 주세요.',
    ],
    en: ({ job_type, error_message }) => [
      `Job failed: ${toJobName(job_type, 'en')}`,
      error_message ?? 'The job has failed. Its log tells more.',
    ],
  }),
  'task.assigned': template<'task.assigned'>()({
    toPayload: (task) => ({ ...task, due_at: task.due_at === null ? null : toIso(task.due_at) }),
    ko: ({ title, due_at }) => [
      `새 과제: ${title}`,
      due_at === null ? '새 과제가 배정되었습니다.' : `${formatDueDate(due_at, 'ko')}까지 완료해 주세요.`,
    ],
    en: ({ title, due_at }) => [
      `New task: ${title}`,
      due_at === null ? 'A new task has been assigned to you.' : `It is due ${formatDueDate(due_at, 'en')}.`,
    ],
  }),
  'task.due': template<'task.due'>()({
    toPayload: (task) => ({ ...task, due_at: toIso(task.due_at) }),
    ko: ({ title, due_at }) => [
      `과제 마감: ${title}`,
      `마감은 ${formatDueDate(due_at, 'ko')}입니다. 아직 완료되지 않았습니다.`,
    ],
    en: ({ title, due_at }) => [
      `Task due: ${title}`,
      `It is due ${formatDueDate(due_at, 'en')} and not done yet.`,
    ],
  }),
  'scan.dangerous': template<'scan.dangerous'>()({
    toPayload: (scan) => ({ ...scan, host: scan.host === null ? null : truncate(scan.host) }),
    ko: ({ host, kind }) =>
      host === null
        ? [
            kind === 'message' ? '위험한 메시지 발견' : '위험한 QR 코드 발견',
            '사기가 의심되는 내용입니다. 시키는 대로 하지 마세요.',
          ]
        : ['위험한 링크 발견', `피싱이 의심되는 주소입니다. 접속하지 마세요: ${host}`],
    en: ({ host, kind }) =>
      host === null
        ? [
            kind === 'message' ? 'Dangerous message found' : 'Dangerous code found',
            'This looks like fraud. Do not do what it says.',
          ]
        : ['Dangerous link found', `This looks like phishing. Do not open it: ${host}`],
  }),
  'report.decided': template<'report.decided'>()({
    toPayload: ({ answer, host, ...report }) => ({
      ...report,
      host: truncate(host),
      answer: excerpt(answer),
    }),
    ko: ({ host, outcome, answer }) => [
      outcome === 'confirmed' ? '신고가 확인되었습니다' : '신고를 검토했습니다',
      answer ??
        (outcome === 'confirmed'
          ? `${host}에 대한 신고가 맞는 것으로 확인되었습니다. 감사합니다.`
          : `${host}에 대한 판정은 그대로 유지됩니다.`),
    ],
    en: ({ host, outcome, answer }) => [
      outcome === 'confirmed' ? 'Your report was confirmed' : 'Your report was reviewed',
      answer ??
        (outcome === 'confirmed'
          ? `Your report about ${host} was right. Thank you.`
          : `The verdict on ${host} stays as it is.`),
    ],
  }),
  'diff.dangerous': template<'diff.dangerous'>()({
    toPayload: ({ links, ...diff }) => ({
      ...diff,
      links: links.slice(0, MAX_LINKS).map(({ host, file, line, risk_score }) => ({
        ...{ line, risk_score },
        host: truncate(host),
        file: truncate(file),
      })),
    }),
    ko: ({ commit_hash, total, links }) => [
      `커밋에서 위험한 링크 ${total}개 발견`,
      `커밋 ${commit_hash.slice(0, 8)}: ${describeLinks(links)}`,
    ],
    en: ({ commit_hash, total, links }) => [
      total === 1 ? 'Dangerous link in a commit' : `${total} dangerous links in a commit`,
      `Commit ${commit_hash.slice(0, 8)}: ${describeLinks(links)}`,
    ],
  }),
  'reward.redeemed': template<'reward.redeemed'>()({
    toPayload: (redeemed) => redeemed,
    ko: ({ name, quantity, points_spent }) => [
      `리워드 교환: ${name.ko}`,
      `${points_spent}포인트로 ${quantity}개를 교환했습니다.`,
    ],
    en: ({ name, quantity, points_spent }) => [
      `Reward redeemed: ${name.en}`,
      `You spent ${points_spent} points on ${quantity}.`,
    ],
  }),
  'device.signed_in': template<'device.signed_in'>()({
    toPayload: ({ client_id }) => ({ client_id: truncate(client_id) }),
    ko: ({ client_id }) => [
      '새 기기에서 로그인',
      `${client_id} 기기에서 로그인했습니다. 본인이 아니라면 비밀번호를 바꿔 주세요.`,
    ],
    en: ({ client_id }) => [
      'Sign-in on a new device',
      `${client_id} signed in to your account. If it was not you, change your password.`,
    ],
  }),
  'account.changed': template<'account.changed'>()({
    toPayload: (changed) => changed,
    ko: ({ change }) => [
      '계정 보안 정보가 바뀌었습니다',
      `${ACCOUNT_CHANGES[change].ko} 본인이 아니라면 비밀번호를 바꾸고 관리자에게 알려 주세요.`,
    ],
    en: ({ change }) => [
      'Your account was changed',
      `${ACCOUNT_CHANGES[change].en} If it was not you, change your password and tell the administrator.`,
    ],
  }),
  broadcast: template<'broadcast'>()({
    toPayload: ({ event_type, payload, timestamp }) => ({
      event_type,
      timestamp,
      payload: JSON.stringify(payload).length > MAX_PAYLOAD_CHARS ? {} : payload,
    }),
    ko: (broadcast) => renderBroadcast(broadcast, 'ko'),
    en: (broadcast) => renderBroadcast(broadcast, 'en'),
  }),
};

export type NotificationType = keyof typeof NOTIFICATION_TEMPLATES;

/** Infers the stored payload from `toPayload`, and the event's payload from its type. */
function template<T extends keyof EventPayloads>() {
  return <Kept extends object>(
    content: NotificationTemplate<EventPayloads[T], Kept>,
  ): NotificationTemplate<EventPayloads[T], Kept> => content;
}

const ACCOUNT_CHANGES: Record<EventPayloads['account.changed']['change'], Record<Language, string>> = {
  email: { ko: '이메일 주소가 변경되었습니다.', en: 'It has another e-mail address.' },
  password: { ko: '비밀번호가 변경되었습니다.', en: 'It has another password.' },
  identity: { ko: '소셜 계정이 연결되었습니다.', en: 'A social login was linked to it.' },
  reset: { ko: '관리자가 비밀번호를 초기화했습니다.', en: 'An administrator has reset its password.' },
  role: { ko: '관리자가 권한을 변경했습니다.', en: 'An administrator has changed its role.' },
};

const JOB_NAMES: Record<string, Record<Language, string>> = {
  git_scan: { ko: '저장소 분석', en: 'repository scan' },
  repository_analysis: { ko: '저장소 분석', en: 'repository analysis' },
  commit_generation: { ko: '커밋 생성', en: 'commit generation' },
  readme_update: { ko: 'README 갱신', en: 'README update' },
  code_generation: { ko: '코드 생성', en: 'code generation' },
};

function toJobName(job_type: string, language: Language): string {
  return JOB_NAMES[job_type]?.[language] ?? job_type;
}

/** The texts of known broadcasts. Others bring a `title` and a `message` in their payload. */
const BROADCASTS: Record<string, Record<Language, (payload: Record<string, unknown>) => RenderedText>> = {
  llm_rate_limit_hit: {
    ko: ({ model }) => [
      '언어 모델 사용 한도 초과',
      `${toExcerpt(model) ?? '언어 모델'}의 요청 한도에 도달했습니다. 잠시 후 다시 시도해 주세요.`,
    ],
    en: ({ model }) => [
      'Language model limit reached',
      `The rate limit of ${toExcerpt(model) ?? 'the language model'} was hit. Try again later.`,
    ],
  },
};

function renderBroadcast(
  { event_type, payload }: { event_type: string; payload: Record<string, unknown> },
  language: Language,
): RenderedText {
  const sentences = Object.hasOwn(BROADCASTS, event_type) ? BROADCASTS[event_type] : undefined;
  if (sentences) return sentences[language](payload);
  const title = toExcerpt(payload.title) ?? event_type.replaceAll('_', ' ');
  const fallback = language === 'ko' ? '새로운 소식이 있습니다.' : 'There is news for you.';
  return [title, toExcerpt(payload.message) ?? toExcerpt(payload.body) ?? fallback];
}

function toExcerpt(value: unknown): string | null {
  return typeof value === 'string' ? excerpt(value) : null;
}

/** The beginning of a text as one line; null for an empty text. */
function excerpt(text: string | null): string | null {
  // Only the beginning is read, since the whole may be a megabyte.
  const line = text
    ?.slice(0, MAX_EXCERPT_CHARS * 10)
    .trim()
    .replace(/\s+/g, ' ');
  return line ? truncate(line) : null;
}

function truncate(text: string): string {
  return text.length > MAX_EXCERPT_CHARS
    ? `${text.slice(0, MAX_EXCERPT_CHARS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
    : text;
}

function describeLinks(links: readonly { host: string; file: string; line: number }[]): string {
  const [first, ...others] = links.map(({ host, file, line }) => `${host} (${file}:${line})`);
  return others.length > 0 ? `${first} …` : (first ?? '');
}

/** The time zone of most users. */
const timeZone = 'Asia/Seoul';
const DATE_FORMATS = {
  ko: new Intl.DateTimeFormat('ko-KR', { dateStyle: 'long', timeStyle: 'short', timeZone }),
  en: new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone }),
};

function formatDueDate(instant: string, language: Language): string {
  const date = DATE_FORMATS[language].format(new Date(instant));
  return language === 'ko' ? date : `${date} (KST)`;
}
