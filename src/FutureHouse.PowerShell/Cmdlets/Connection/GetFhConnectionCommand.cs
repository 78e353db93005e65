using System.Management.Automation;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Connection;

/// <summary>Gives the session's current connection, or nothing.</summary>
[Cmdlet(VerbsCommon.Get, "FhConnection")]
[OutputType(typeof(FutureHouse.Connection))]
public sealed class GetFhConnectionCommand : FhCmdlet
{
    /// <inheritdoc/>
    protected override void OnEnd()
    {
        if (CurrentConnection.Value is { } connection)
        {
            WriteObject(connection);
        }
    }
}
