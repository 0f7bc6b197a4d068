/** Loaded into a daemon before it starts (`node --import`): on SIGUSR2 something fails that nobody waits for. */
process.on('SIGUSR2', () => {
  void Promise.reject(new Error('a fault that nobody caught'));
});
