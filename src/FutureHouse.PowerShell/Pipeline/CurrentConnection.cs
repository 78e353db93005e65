using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>The connection that a runspace's cmdlets use where none is named.</summary>
internal static class CurrentConnection
{
    private static readonly ConditionalWeakTable<Runspace, Slot> Slots = [];
    private static readonly ConcurrentDictionary<Slot, bool> Open = new();

    /// <summary>The current runspace's connection.</summary>
    public static Connection? Value => Slots.TryGetValue(Runspace.DefaultRunspace, out var slot) ? slot.Connection : null;

    /// <summary>Makes another connection the current one, and ends the one before.</summary>
    public static void Set(Connection? connection)
    {
        var slot = Slots.GetValue(Runspace.DefaultRunspace, static runspace =>
        {
            var made = new Slot();
            runspace.StateChanged += (_, e) =>
            {
                if (e.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
                {
                    made.Replace(null);
                    Open.TryRemove(made, out bool _);
                }
            };
            return made;
        });
        slot.Replace(connection);
        Open[slot] = true;
    }

    /// <summary>Ends every connection of the process, as the module goes.</summary>
    public static void EndAll()
    {
        foreach (var slot in Open.Keys)
        {
            slot.Replace(null);
        }

        Open.Clear();
    }

    private sealed class Slot
    {
        private Connection? _connection;

        public Connection? Connection => _connection;

        public void Replace(Connection? connection)
        {
            var before = Interlocked.Exchange(ref _connection, connection);
            if (!ReferenceEquals(before, connection))
            {
                before?.Dispose();
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
