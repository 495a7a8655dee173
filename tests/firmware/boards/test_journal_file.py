"""The journal's file: read, appended, shortened, refused."""

from firmware import journal
from firmware.boards.journal_file import JournalFile


def test_what_was_appended_is_there_at_the_next_start(tmp_path):
    """On the disk, not in a buffer."""
    path = str(tmp_path / "a.journal")
    file = JournalFile(path)
    assert file.read() == b""
    assert file.append(journal.boot_record(1))
    assert JournalFile(path).read() == journal.boot_record(1)


def test_a_journal_that_grew_long_is_shortened_and_replays_to_the_same(tmp_path):
    """A device that is never switched off does not fill its flash."""
    file = JournalFile(str(tmp_path / "a.journal"))
    alarm = journal.alarm_record(journal.RAISED, (1, 7), 12, 0, 6, 0, "real")
    file.append(alarm)
    for boot in range(1, journal.RECORDS_MAX + 20):
        assert file.append(journal.boot_record(boot))
    data = file.read()
    assert len(data) < journal.RECORDS_MAX * journal.RECORD_BYTES
    last_boot, standing, damaged = journal.replay(data)
    assert (last_boot, damaged) == (journal.RECORDS_MAX + 19, 0)
    assert [(record.boot, record.seq) for record in standing] == [(1, 7)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.journal"]


def test_a_disk_that_refuses_is_counted_and_ends_nothing(tmp_path):
    """The alarm must go out all the same."""
    file = JournalFile(str(tmp_path / "missing" / "a.journal"))
    assert file.read() == b""
    assert not file.append(journal.boot_record(1))
    assert file.failed_records == 1
