/** Runs jobs one after another, whoever asks: one automated browser takes one command at a time. */
export function inTurn() {
  let last = Promise.resolve();
  return (job) => {
    const result = last.then(job);
    last = result.catch(() => {});
    return result;
  };
}
