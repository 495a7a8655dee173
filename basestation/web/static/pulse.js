// A worker that only beats: browsers slow the timers of a hidden page down to one a minute, not a worker's.
setInterval(() => postMessage(null), 250);
