import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, on all machines that Node.js runs on. */
const TICK_MS = 10;

/** The CPU time and memory of a process, null where the system does not tell (proc(5); only Linux has it). */
export function readProcessUsage(pid: number): { cpu_ms: number; memory_bytes: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const memory = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return {
      cpu_ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      memory_bytes: Number(memory?.[1] ?? 0) * 1024,
    };
  } catch {
    return null;
  }
}
