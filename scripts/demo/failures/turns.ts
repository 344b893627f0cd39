/** Runs one piece of work at a time, in the order of asking: for accounts that several failures send from. */
export type InTurn = <result>(work: () => Promise<result>) => Promise<result>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
