#!/usr/bin/env node
import { makeProgram } from './commands.ts';

await makeProgram().parseAsync();
