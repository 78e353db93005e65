using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>The connection that a runspace's cmdlets use where none is named.</summary>
internal static class CurrentConnection
{
    private static readonly ConditionalWeakTable<Runspace, Slot> Slots = [];

    /// <summary>The current runspace's connection.</summary>
    public static Connection? Value => Slots.TryGetValue(Runspace.DefaultRunspace, out var slot) ? slot.Connection : null;

    /// <summary>Makes a connection the current one. The one before stays open: whoever kept it may go on using it by name.</summary>
    public static void Set(Connection connection)
    {
        var slot = Slots.GetValue(Runspace.DefaultRunspace, static runspace =>
        {
            var made = new Slot();
            runspace.StateChanged += (_, e) =>
            {
                if (e.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
                {
                    made.EndAll();
                }
            };
            return made;
        });
        slot.Set(connection);
    }

    /// <summary>Ends the current connection, if there is one.</summary>
    public static void End()
    {
        if (Slots.TryGetValue(Runspace.DefaultRunspace, out var slot))
        {
            slot.End();
        }
    }

    /// <summary>
    /// Ends every connection of the current runspace, as the module goes there. Other runspaces have imported it for
    /// themselves, and keep theirs.
    /// </summary>
    public static void EndAll()
    {
        if (Runspace.DefaultRunspace is { } runspace && Slots.TryGetValue(runspace, out var slot))
        {
            slot.EndAll();
        }
    }

    private sealed class Slot
    {
        private readonly List<Connection> _all = [];
        private Connection? _current;

        public Connection? Connection => Volatile.Read(ref _current);

        public void Set(Connection connection)
        {
            lock (_all)
            {
                _all.Add(connection);
                Volatile.Write(ref _current, connection);
            }
        }

        public void End()
        {
            lock (_all)
            {
                if (_current is not { } current)
                {
                    return;
                }

                // A store that was joined by this session a second time is served by the platform that the first connection holds.
                _current = null;
                End(_all.FindAll(c => ReferenceEquals(c, current) || (current.IsLocal && c.LocalPath == current.LocalPath)));
            }
        }

        public void EndAll()
        {
            lock (_all)
            {
                _current = null;
                End([.. _all]);
            }
        }

        private void End(List<Connection> connections)
        {
            foreach (var connection in connections)
            {
                _all.Remove(connection);
                connection.Dispose();
            }
        }
    }
}

/// <summary>Ends the session's connections, and the local platforms behind them, when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <summary>Ends them.</summary>
    /// <param name="psModuleInfo">The module that is removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => CurrentConnection.EndAll();
}
