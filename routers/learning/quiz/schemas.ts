import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { BadgeProgress } from '../gami/schemas.ts';

const QuizMode = z.enum(['practice', 'timed']).meta({
  description:
    'In practice each answer is judged at once; timed, all are at the end, and the server keeps the time',
});
const Difficulty = z.enum(['easy', 'medium', 'hard']);
const TopicName = TrimmedText(60);

const pool_id = z.int().positive().meta({ example: 5 });
const session_id = z.int().positive().meta({ example: 123 });
const question_id = z.int().positive().meta({ example: 101 });
const option_id = z.int().positive().meta({ description: 'Its place among the options shown', example: 3 });
const topic = z.string().meta({ example: 'git_branch' });
const accuracy = z.number().meta({ description: 'Between 0 and 1', example: 0.8 });

export const ListPoolsInput = z.object({
  tag: TopicName.optional().meta({ example: 'python' }),
  difficulty: Difficulty.optional(),
  category: TopicName.optional().meta({ example: 'git' }),
});

const ListedPool = z
  .object({
    id: pool_id,
    title: z.string().meta({ example: 'Python 기초' }),
    description: z.string(),
    category: z.string().meta({ example: 'python' }),
    difficulty: Difficulty,
    tags: z.array(z.string()).meta({ example: ['python'] }),
    question_count: z.int().meta({ example: 15 }),
    attempts: z.int().meta({ description: 'How often I finished it', example: 2 }),
    best_score: z.int().nullable().meta({ description: 'Of mine, 0 to 100', example: 90 }),
  })
  .meta({ id: 'QuizPool' });
export const PoolList = z.object({ pools: z.array(ListedPool) });

export const StartQuizInput = z.object({
  pool_id,
  num_questions: z.int().min(1).max(50).default(10).meta({
    description: 'All there are when the pool has fewer',
  }),
  mode: QuizMode.default('practice'),
});

export const QuizSessionRef = z.object({ session_id });

const AskedQuestion = z
  .object({
    question_id,
    question_text: z.string(),
    code: z
      .string()
      .nullable()
      .meta({ description: 'Belongs to the question', example: 'print(len("abc"))' }),
    code_language: z.string().nullable().meta({ example: 'python' }),
    topic,
    difficulty: Difficulty,
    options: z
      .array(z.object({ option_id, text: z.string() }))
      .meta({ description: 'In an order of this session' }),
    answered: z.boolean(),
    selected_option_id: option_id.nullable().meta({ description: 'What I chose' }),
  })
  .meta({ id: 'QuizQuestion' });

export const QuizSession = z
  .object({
    id: session_id.meta({ description: 'The same as `session_id`' }),
    session_id,
    pool_id,
    mode: QuizMode,
    status: z.enum(['active', 'finished']),
    started_at: Timestamp,
    expires_at: Timestamp.nullable().meta({
      description: 'When a timed one finishes itself; null in practice',
    }),
    total: z.int().meta({ example: 10 }),
    answered: z.int().meta({ example: 4 }),
    questions: z.array(AskedQuestion),
  })
  .meta({ id: 'QuizSession' });
export type QuizSession = z.infer<typeof QuizSession>;

export const AnswerQuestionInput = z.object({ session_id, question_id, selected_option_id: option_id });

const explanation = z.string().nullable();
const learning_tip = z.string().nullable().meta({ description: 'What to look at next' });

const GradedAnswer = z
  .object({
    kind: z.literal('judgement'),
    question_id,
    is_correct: z.boolean(),
    correct_option_id: option_id,
    explanation,
    learning_tip,
  })
  .meta({ id: 'QuizJudgement', description: 'In practice' });
const AnswerReceipt = z
  .object({
    kind: z.literal('receipt'),
    question_id,
    accepted: z.literal(true),
    answered: z.int().meta({ description: 'Questions with an answer', example: 4 }),
    remaining: z.int().meta({ description: 'Questions without one', example: 6 }),
  })
  .meta({ id: 'QuizReceipt', description: 'Timed: it may be changed until the end' });
export const AnswerResult = z.discriminatedUnion('kind', [GradedAnswer, AnswerReceipt]);
export type AnswerResult = z.infer<typeof AnswerResult>;

const QuestionResult = z
  .object({
    question_id,
    selected_option_id: option_id.nullable().meta({ description: 'null: not answered, which is wrong' }),
    correct_option_id: option_id,
    is_correct: z.boolean(),
    explanation,
    learning_tip,
  })
  .meta({ id: 'QuizResult' });

const score = z.int().min(0).max(100).meta({ example: 80 });

export const FinishedQuiz = z
  .object({
    session_id,
    score,
    correct: z.int().meta({ example: 8 }),
    total: z.int().meta({ example: 10 }),
    accuracy: accuracy.meta({ description: '`correct` of `total`, between 0 and 1' }),
    duration_seconds: z.int().meta({ example: 312 }),
    results: z.array(QuestionResult),
    weak_topics: z.array(topic).meta({
      description:
        'Where this session went badly, the worst first; each serves as `weak_topic` of the recommendations',
      example: ['git_branch'],
    }),
    xp_earned: z.int().meta({ example: 50 }),
    badges_unlocked: z.array(
      BadgeProgress.pick({ code: true, name: true, description: true, icon: true, rarity: true }),
    ),
    finished_at: Timestamp,
  })
  .meta({ id: 'FinishedQuiz' });
export type FinishedQuiz = z.infer<typeof FinishedQuiz>;

export const QuizHistoryInput = z.object({
  page: z.int().min(1).max(1_000_000).default(1),
  cursor: Cursor,
  limit: Limit(20),
  pool_id: pool_id.optional().meta({ description: 'Of this pool alone, the figures too' }),
  status: z.enum(['finished', 'active']).default('finished').meta({
    description: '`active` lists what can be gone on with',
  }),
});

const PlayedQuiz = z
  .object({
    session_id,
    pool_id,
    pool_title: z.string().meta({ example: 'Python 기초' }),
    mode: QuizMode,
    status: z.enum(['active', 'finished']),
    score: score.nullable(),
    correct: z.int().nullable().meta({ example: 8 }),
    answered: z.int().meta({ example: 10 }),
    total: z.int().meta({ example: 10 }),
    duration_seconds: z.int().nullable().meta({ example: 312 }),
    started_at: Timestamp,
    expires_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: 'PlayedQuiz' });

const answerStats = { answered: z.int(), correct: z.int(), accuracy: accuracy.nullable() };

export const QuizHistory = z
  .object({
    history: z.array(PlayedQuiz).meta({ description: 'The newest first' }),
    total: z.int(),
    next_cursor: NextCursor,
    page: z.int(),
    limit: z.int(),
    stats: z.object({
      sessions: z.int().meta({ description: 'Finished ones' }),
      ...answerStats,
      by_topic: z.array(z.object({ topic, ...answerStats })).meta({ description: 'The weakest first' }),
    }),
  })
  .meta({ id: 'QuizHistory' });

export const RecommendationsInput = z.object({
  weak_topic: TopicName.optional().meta({
    description: 'Only of this topic; a category or tag of pools serves too',
    example: 'git_branch',
  }),
  limit: Limit(5),
});

export const Recommendations = z.object({
  recommendations: z.array(
    z
      .object({
        question_id,
        pool_id,
        topic,
        difficulty: Difficulty,
        reason: z
          .string()
          .meta({ description: "In the caller's language", example: '복습할 때가 된 문제입니다' }),
        reason_code: z.enum(['due', 'weak_topic', 'new', 'later']),
        due_at: Timestamp.nullable().meta({
          description: 'When it is to be repeated; null when it is new to me',
        }),
      })
      .meta({ id: 'QuizRecommendation' }),
  ),
});
