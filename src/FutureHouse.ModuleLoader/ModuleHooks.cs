using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace FutureHouse.ModuleLoader;

/// <summary>
/// Runs when the module is imported and removed. An assembly of its own, imported first: the types of the cmdlets' assembly cannot be listed before the
/// engine can be found.
/// </summary>
public sealed class ModuleHooks : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    // Each runspace imports the module for itself, and the hook serves them all.
    private static readonly ConditionalWeakTable<Runspace, object> Importers = [];

    /// <summary>Makes the engine findable.</summary>
    public void OnImport()
    {
        lock (Importers)
        {
            Importers.AddOrUpdate(Runspace.DefaultRunspace, this);
            DependencyContext.Unhook(); // one hook, not two
            DependencyContext.Hook();
        }
    }

    /// <summary>Leaves the session as it was, once no other runspace has the module.</summary>
    /// <param name="psModuleInfo">The module that is removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Importers)
        {
            if (Runspace.DefaultRunspace is { } current)
            {
                Importers.Remove(current);
            }

            if (!Importers.Any(importer => importer.Key.RunspaceStateInfo.State == RunspaceState.Opened))
            {
                DependencyContext.Unhook();
            }
        }
    }
}
