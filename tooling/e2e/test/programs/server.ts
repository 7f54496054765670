/** Prints the signals that it receives, and ends only on SIGTERM. */
process.on('SIGINT', () => console.log('interrupted'));
process.on('SIGTERM', () => {
  process.stderr.write('ending\n');
  process.exit(7);
});
setInterval(() => {}, 60_000);
if (process.argv[2] === 'child')
  process.stdin.resume().on('end', () => console.log('parent is over'));
console.log(`ready ${process.argv[2] ?? ''}`);
