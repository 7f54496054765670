/** Writes its arguments and environment, with a split emoji and no final newline. */
const emoji = Buffer.from('😀');
process.stdout.write(JSON.stringify({ env: process.env, cwd: process.cwd() }));
process.stdout.write('\n');
process.stdout.write(emoji.subarray(0, 2), () => {
  setTimeout(() => process.stdout.write(emoji.subarray(2)), 20);
});
