import RESP
import Redis
import Testing

@Suite struct WaitTests {
    @Test func onDiskIsWhatOneDiskConfirms() throws {
        let request = WaitAOF(milliseconds: 100)
        #expect(request.command.description == "WAITAOF 1 0 100")
        #expect(WaitAOF(milliseconds: 0).command.description == "WAITAOF 1 0 1", "0 would wait for ever")
        #expect(request.read(try value("*2\r\n:1\r\n:0\r\n")) == true)
        #expect(request.read(try value("*2\r\n:0\r\n:3\r\n")) == false)
        #expect(request.read(try value("*0\r\n")) == nil)
    }

    @Test func replicasAreCountedAndNeverBelowZero() throws {
        let request = Wait(replicas: 2, milliseconds: 0)
        #expect(request.command.description == "WAIT 2 1", "0 would wait for ever")
        #expect(request.read(try value(":2\r\n")) == 2)
        #expect(request.read(try value(":-1\r\n")) == nil)
        #expect(request.read(try value("+2\r\n")) == nil)
    }
}
