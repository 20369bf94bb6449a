// Two workers on one free port of 127.0.0.1. The first line on standard output says where they answer.
import cluster from 'node:cluster';
import { createTables } from './database.js';
import { listen } from './service.js';

const WORKERS = 2;

if (cluster.isPrimary) {
  await createTables();
  cluster.on('exit', () => process.exit(1));
  let listening = 0;
  cluster.on('listening', (_, { port }) => {
    listening += 1;
    if (listening === WORKERS) console.log(`Fastify answers at http://127.0.0.1:${port}`);
  });
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
} else {
  await listen();
}
