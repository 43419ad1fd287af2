export * from './accounts.ts';
export * from './operations.ts';
export * from './safety.ts';
