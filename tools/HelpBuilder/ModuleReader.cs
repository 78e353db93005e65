using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FutureHouse.HelpBuilder;

/// <summary>Asks the real engine what the module's cmdlets are.</summary>
internal static class ModuleReader
{
    /// <summary>Parameters that every cmdlet has and that help explains elsewhere.</summary>
    public static readonly HashSet<string> Common = new(Cmdlet.CommonParameters, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<CmdletInfo> Read(string manifest)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Path.GetFullPath(manifest)).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
        shell.Commands.Clear();
        var commands = shell.AddCommand("Get-Command").AddParameter("Module", "FutureHouse").AddParameter("CommandType", CommandTypes.Cmdlet).Invoke<CmdletInfo>().ToList();

        // What a parameter set is, is worked out on demand, and needs the runspace.
        commands.ForEach(c => _ = c.ParameterSets.Count);
        return commands;
    }
}
