// Reading one case: again whenever its row in the snapshot or anybody's writing changes, and from time to time while
// it is open, since what becomes of a notice changes no row. One request at a time, so that no older answer ever
// comes after a newer one.
import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { snapshot } from "./link.js";

const LOOK_MS = 4000;

/** Return { c, timeline, fault, read }: the case as read, under what the snapshot says of it. */
export function useCase(id) {
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const reader = useRef(null);
  if (reader.current?.id !== id) reader.current = readerOf(id, setFound, setFault);
  const live = snapshot.value?.cases.find((c) => c.id === id);
  const isOpen = live !== undefined;
  const mark = JSON.stringify([live ?? null, snapshot.value?.casefile ?? null]);
  useEffect(() => {
    const mine = reader.current;
    mine.isWanted = true;
    return () => {
      mine.isWanted = false;
    };
  }, [id]);
  useEffect(() => void reader.current.read(), [id, mark]);
  useEffect(() => {
    const timer = isOpen ? setInterval(reader.current.read, LOOK_MS) : null;
    return () => clearInterval(timer);
  }, [id, isOpen]);
  return {
    // A case that has just left the list has nothing to press, whatever was read before.
    c: found && found.id === id ? { ...found, ...live, verbs: live?.verbs ?? [] } : null,
    timeline: found?.timeline ?? [], fault, read: reader.current.read,
  };
}

function readerOf(id, setFound, setFault) {
  const reader = { id, isWanted: true, isReading: false, isDue: false };
  reader.read = async () => {
    reader.isDue = true;
    if (reader.isReading) return;
    reader.isReading = true;
    while (reader.isDue && reader.isWanted) {
      reader.isDue = false;
      await get(`/api/v1/cases/${id}`).then(
        (answer) => reader.isWanted && (setFound(answer), setFault("")),
        (refused) => reader.isWanted && setFault(refused.message),
      );
    }
    reader.isReading = false;
  };
  return reader;
}
