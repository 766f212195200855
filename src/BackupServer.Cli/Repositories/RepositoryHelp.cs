using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>What somebody who works with repositories must know and no single option says.</summary>
internal static class RepositoryHelp
{
    /// <summary>Help of the noun.</summary>
    public static IReadOnlyList<HelpTopic> Topics { get; } =
    [
        new("First steps",
        [
            "export RESTIC_REPOSITORY=/srv/backups RESTIC_PASSWORD_FILE=~/.backup-password",
            "backupctl repository init                                          once",
            "backupctl repository backup /home /etc --exclude-caches            as often as you like: only what is new is stored",
            "backupctl repository snapshots                                     what there is",
            "backupctl repository restore latest --target /tmp/restored         all of the newest snapshot",
            "backupctl repository forget --keep-daily 7 --keep-weekly 5 --prune old snapshots go, and their space is freed",
            "backupctl repository check --read-data-subset 5%                   before you need it",
        ]),
        new("Snapshots",
        [
            "A snapshot is named by its id, the beginning of its id, or latest: the newest that --host, --tag and --path mean.",
            "ID:PATH is a directory or file in it. Where no snapshot is named, all are meant that --host, --tag and --path mean.",
        ]),
        new("Values",
        [
            "SIZE      500, 64k, 2.5M, 10G, 1T (powers of 1024)",
            "TIME      2026-05-01, '2026-05-01 14:30', 2026-05-01T14:30:00Z (without a zone: this machine's)",
            "PERIOD    1y6m14d12h: years, months, days, hours",
            "DURATION  90s, 10m, 1h30m",
            "PATTERN   a name (*.tmp) matches everywhere, a path (/home/*/cache) from the root on; * ? [a-z] stay within a name, ** crosses directories; what is below a match matches too",
        ]),
        new("Environment",
        [
            "RESTIC_REPOSITORY, RESTIC_REPOSITORY_FILE                            --repo, --repository-file",
            "RESTIC_PASSWORD_FILE, RESTIC_PASSWORD_COMMAND, RESTIC_PASSWORD       --password-file, --password-command (BACKUPCTL_PASSWORD_FILE comes first)",
            "RESTIC_FROM_REPOSITORY, RESTIC_FROM_PASSWORD_FILE, ... (as above)    --from-repo, --from-password-file, ... of copy and init",
            "RESTIC_PACK_SIZE, RESTIC_READ_CONCURRENCY                            --pack-size, --read-concurrency",
        ]),
        new("Coming from restic",
        [
            "Verbs, options and variables have restic's names and meanings; both programs may work on one repository in turn, also at the same time.",
            "There is no cache, so 'cache' and --no-cache have nothing to do. Instead of mount: ls, find and dump. Instead of rebuild-index: repair index.",
            "Locks of processes that died on this machine go by themselves; unlock removes old ones of others.",
            "After trouble: check tells each problem, what it harms and which repair fixes it; the order is repair index, repair packs, repair snapshots.",
        ]),
    ];
}
