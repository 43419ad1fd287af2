import { router, userProcedure } from '../../core/procedures.ts';
import { answerQuestion } from './answer.ts';
import { finishQuiz } from './finish.ts';
import { generateQuiz } from './generate.ts';
import { GeneratedPool, GenerateQuizInput, SaveGeneratedQuizInput } from './generated-schemas.ts';
import { getQuizHistory } from './history.ts';
import { listPools } from './pools.ts';
import { listRecommendations } from './recommend.ts';
import { saveGeneratedQuiz } from './save.ts';
import {
  AnswerQuestionInput,
  AnswerResult,
  FinishedQuiz,
  ListPoolsInput,
  PoolList,
  QuizHistory,
  QuizHistoryInput,
  QuizSession,
  QuizSessionRef,
  Recommendations,
  RecommendationsInput,
  StartQuizInput,
} from './schemas.ts';
import { getSession } from './session.ts';
import { startQuiz } from './start.ts';

const tags = ['Quiz'];

export const quizRouter = router({
  pools: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/quiz/pools',
        tags,
        summary: 'List quizzes',
        description: 'The pools that the caller may play, filtered by tag, difficulty or category.',
      },
    })
    .input(ListPoolsInput)
    .output(PoolList)
    .query(({ ctx, input }) => listPools(ctx, input)),

  start: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'POST',
        path: '/quiz/sessions',
        tags,
        summary: 'Start a quiz',
        description:
          'Questions and options come in a random order. A timed session ends by itself at `expires_at`. With 20 sessions open, the oldest is finished as it stands.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(StartQuizInput)
    .output(QuizSession)
    .mutation(({ ctx, input }) => startQuiz(ctx, input)),

  session: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/quiz/sessions/{session_id}',
        tags,
        summary: "Get one of the caller's quiz sessions",
        description:
          "The questions of a session, with the caller's answers so far and never the right ones of a timed quiz.",
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(QuizSessionRef)
    .output(QuizSession)
    .query(({ ctx, input }) => getSession(ctx, input)),

  answer: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'POST',
        path: '/quiz/sessions/{session_id}/answers',
        tags,
        summary: 'Answer a question',
        description: 'A question or an option that is not of this session is not found.',
      },
      rest: { errors: ['NOT_FOUND', 'ALREADY_ANSWERED', 'QUIZ_TIME_OVER', 'QUIZ_FINISHED'] },
    })
    .input(AnswerQuestionInput)
    .output(AnswerResult)
    .mutation(({ ctx, input }) => answerQuestion(ctx, input)),

  finish: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'POST',
        path: '/quiz/sessions/{session_id}/finish',
        tags,
        summary: 'Finish a quiz and get its result',
        description:
          'What is not answered is wrong. Again it answers the same and rewards nothing more. A quiz without a single answer earns nothing.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(QuizSessionRef)
    .output(FinishedQuiz)
    .mutation(({ ctx, input }) => finishQuiz(ctx, input)),

  history: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/quiz/history',
        tags,
        summary: "Get the caller's quiz history and statistics by topic",
        description: 'Newest first, and how well the caller answers each topic.',
      },
    })
    .input(QuizHistoryInput)
    .output(QuizHistory)
    .query(({ ctx, input }) => getQuizHistory(ctx, input)),

  recommendations: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/quiz/recommendations',
        tags,
        summary: 'Recommend questions to take next',
        description:
          'What is due for review comes first, then new questions near my level, then reviews ahead of time; in each, weak topics first.',
      },
    })
    .input(RecommendationsInput)
    .output(Recommendations)
    .query(({ ctx, input }) => listRecommendations(ctx, input)),

  saveGenerated: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/quiz/generated',
        tags,
        summary: 'Save questions as a private quiz',
        description: 'Nobody else sees it. Of more than 100, the oldest goes out of sight.',
      },
      rest: { status: 201 },
    })
    .input(SaveGeneratedQuizInput)
    .output(GeneratedPool)
    .mutation(({ ctx, input }) => saveGeneratedQuiz(ctx, input)),

  generate: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/quiz/pools/generate',
        tags,
        summary: 'Generate questions about code',
        description:
          'The language model writes them, and answers each anew without its key; only those it agrees with are kept, so it may be fewer than asked. Personal data is masked before the model sees it.',
      },
      rest: { status: 201, errors: ['NOT_FOUND', 'JOB_STATE', 'LLM_UNAVAILABLE'], cancellable: true },
    })
    .input(GenerateQuizInput)
    .output(GeneratedPool)
    .mutation(({ ctx, input, signal }) => generateQuiz(ctx, input, signal)),
});
