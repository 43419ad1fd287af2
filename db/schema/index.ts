export * from './accounts.ts';
export * from './chat.ts';
export * from './git.ts';
export * from './operations.ts';
export * from './policies.ts';
export * from './safety.ts';
export * from './storage.ts';
export * from './work.ts';
