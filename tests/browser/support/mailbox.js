// A mail server that stores letters: as much of SMTP as one client needs.
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function mailbox() {
  const letters = [];
  const server = createServer((socket) => {
    let isLetter = false;
    let text = '';
    socket.write('220 mailbox\r\n');
    socket.on('data', (chunk) => {
      text += chunk;
      for (let end; (end = text.indexOf(isLetter ? '\r\n.\r\n' : '\r\n')) >= 0;) {
        const part = text.slice(0, end);
        text = text.slice(end + (isLetter ? 5 : 2));
        if (isLetter) {
          letters.push(part.replace(/=\r\n/g, '').replace(/=3D/g, '='));
          isLetter = false;
          socket.write('250 kept\r\n');
        } else {
          isLetter = /^DATA/i.test(part);
          socket.write(isLetter ? '354 go on\r\n' : /^QUIT/i.test(part) ? '221 bye\r\n' : '250 ok\r\n');
        }
      }
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    close: () => server.close(),
    async link() {
      for (const end = Date.now() + 10_000; Date.now() < end;) {
        const [link] = /https?:\/\/\S+/.exec(letters.at(-1) ?? '') ?? [];
        if (link) return link;
        await new Promise((resolve) => { setTimeout(resolve, 50); });
      }
      throw new Error('no letter came');
    },
  };
}
