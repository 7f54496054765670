/** Writes what it was given, with an emoji in two halves and no newline at the end. */
const emoji = Buffer.from('😀');
process.stdout.write(JSON.stringify({ env: process.env, cwd: process.cwd() }));
process.stdout.write('\n');
process.stdout.write(emoji.subarray(0, 2), () => {
  setTimeout(() => process.stdout.write(emoji.subarray(2)), 20);
});
