import { parentPort, workerData } from 'node:worker_threads';
import { type BackupOrder, makeBackup } from './make.ts';

parentPort?.postMessage(makeBackup(workerData as BackupOrder));
