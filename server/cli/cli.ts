#!/usr/bin/env -S node --max-semi-space-size=4 --no-parallel-scavenge --heap-growing-percent=20
import { createCli } from './commands.ts';

await createCli().parseAsync();
