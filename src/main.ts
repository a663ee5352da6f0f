#!/usr/bin/env node
// argv -> an exit code. What needs nothing is answered before anything is loaded.
import { setMaxListeners } from 'node:events';
import { VERSION } from './compose/version.js';

const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) process.stdout.write(`argosy ${VERSION}\n`);
else process.exitCode = await run();

async function run(): Promise<number> {
  // Many watches wait on one signal; that is their design and no leak.
  setMaxListeners(0);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // `argosy ... | head`: whoever read has enough
    throw error;
  });
  const { processIo } = await import('./compose/io.js');
  const io = processIo();
  if (argv[0] === 'demo') return (await import('./demo/demo.js')).demo(argv.slice(1), io);
  const [{ main }, { cliPorts }] = await Promise.all([import('./cli/main.js'), import('./compose/cli-ports.js')]);
  return main(argv, cliPorts(io));
}
