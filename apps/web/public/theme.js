// Before the first paint, so that a dark page never flashes light. A file of its own: inline scripts are forbidden here.
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing for the page: then it is as the system has it.
}
