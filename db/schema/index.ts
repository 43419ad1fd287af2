export * from './accounts.ts';
export * from './chat.ts';
export * from './operations.ts';
export * from './policies.ts';
export * from './safety.ts';
