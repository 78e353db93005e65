using System.Management.Automation;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Connection;

/// <summary>Ends the session's current connection, and the local platform that it started.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Fh")]
[OutputType(typeof(void))]
public sealed class DisconnectFhCommand : FhCmdlet
{
    /// <inheritdoc/>
    protected override void OnEnd() => CurrentConnection.End();
}
