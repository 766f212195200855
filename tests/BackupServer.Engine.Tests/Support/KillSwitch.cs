namespace BackupServer.Engine.Tests.Support;

/// <summary>Kills the engine at its n-th call of a port, before or after the call had its effect. Dead engines make no further calls.</summary>
internal sealed class KillSwitch
{
    private int _calls;

    public int Count => _calls;

    public static KillSwitch CountCalls(EngineWorld world) => Install(world, int.MaxValue, afterTheCall: false);

    public static KillSwitch KillAt(EngineWorld world, int call, bool afterTheCall) => Install(world, call, afterTheCall);

    public static void Off(EngineWorld world)
    {
        world.Cluster.Before = world.Cluster.After = (_, _) => { };
        world.Agents.Before = world.Agents.After = (_, _) => { };
    }

    private static KillSwitch Install(EngineWorld world, int call, bool afterTheCall)
    {
        var kill = new KillSwitch();
        void Before(string verb, string about)
        {
            var number = Interlocked.Increment(ref kill._calls);
            if (number > call || (number == call && !afterTheCall))
            {
                throw new KilledException();
            }
        }

        void After(string verb, string about)
        {
            if (Volatile.Read(ref kill._calls) >= call)
            {
                throw new KilledException();
            }
        }

        world.Cluster.Before = world.Agents.Before = Before;
        world.Cluster.After = world.Agents.After = After;
        return kill;
    }
}
