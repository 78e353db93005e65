using System.Management.Automation;

namespace FutureHouse.ModuleLoader;

/// <summary>
/// Runs when the module is imported and removed. An assembly of its own, imported first: the types of the cmdlets' assembly cannot be listed before the
/// engine can be found.
/// </summary>
public sealed class ModuleHooks : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Makes the engine findable.</summary>
    public void OnImport()
    {
        DependencyContext.Unhook(); // imported again with -Force: one hook, not two
        DependencyContext.Hook();
    }

    /// <summary>Leaves the session as it was.</summary>
    /// <param name="psModuleInfo">The module that is removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => DependencyContext.Unhook();
}
