import { parentPort, workerData } from 'node:worker_threads';
import { type BackupRequest, makeBackup } from './make.ts';

parentPort?.postMessage(makeBackup(workerData as BackupRequest));
